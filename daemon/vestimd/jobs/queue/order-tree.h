/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A balanced tree of nodes that their owners embed. It is in the order of `compare`, and each node
 * has a weight: the first node that weighs no more than a limit is found as fast as any other. Each
 * call takes O(log n) steps on average, whatever the order of insertion. */

typedef struct OrderNode OrderNode;

struct OrderNode
{
  OrderNode *parent;
  OrderNode *left;
  OrderNode *right;
  uint32_t heat; /* random, higher than that of the children; 0: in no tree */
  int64_t weight;
  int64_t lightest; /* the least weight of this node and all below it */
};

typedef struct
{
  OrderNode *root; /* (nullable) */
  int (*compare) (const OrderNode *a, const OrderNode *b);
  uint32_t seed;
  uint64_t *n_steps; /* counts the nodes that are visited */
} OrderTree;

void order_tree_init (OrderTree *tree, int (*compare) (const OrderNode *a, const OrderNode *b),
                      uint64_t *n_steps);

/* What `compare` reads must not change while the node is in the tree. No two nodes are equal. */
void order_tree_insert (OrderTree *tree, OrderNode *node, int64_t weight);
void order_tree_remove (OrderTree *tree, OrderNode *node);
bool order_node_is_in_tree (const OrderNode *node);

/* All are (nullable). */
OrderNode *order_tree_first (const OrderTree *tree);
OrderNode *order_tree_last (const OrderTree *tree);
OrderNode *order_tree_next (const OrderTree *tree, const OrderNode *node);
OrderNode *order_tree_previous (const OrderTree *tree, const OrderNode *node);

/* (nullable) the first node that does not come before `probe`, which is in no tree. */
OrderNode *order_tree_first_from (const OrderTree *tree, const OrderNode *probe);

/* (nullable) the first node with a weight of at most `limit`, of all or after `node`. */
OrderNode *order_tree_first_within (const OrderTree *tree, int64_t limit);
OrderNode *order_tree_next_within (const OrderTree *tree, const OrderNode *node, int64_t limit);

/* INT64_MAX if the tree is empty. */
int64_t order_tree_lightest (const OrderTree *tree);
