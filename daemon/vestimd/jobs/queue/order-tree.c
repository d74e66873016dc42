/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue/order-tree.h"

#include <assert.h>
#include <stddef.h>

/* A treap: a search tree by `compare`, and a heap by `heat`. Random heats keep it balanced, even if
 * the nodes are inserted in order (Seidel and Aragon, Randomized Search Trees, 1996). */

void
order_tree_init (OrderTree *tree, int (*compare) (const OrderNode *a, const OrderNode *b),
                 uint64_t *n_steps)
{
  *tree = (OrderTree){ .compare = compare, .seed = 0x9e3779b9, .n_steps = n_steps };
}

bool
order_node_is_in_tree (const OrderNode *node)
{
  return node->heat != 0;
}

/* Xorshift (Marsaglia, 2003): never 0. */
static uint32_t
next_heat (OrderTree *tree)
{
  tree->seed ^= tree->seed << 13;
  tree->seed ^= tree->seed >> 17;
  tree->seed ^= tree->seed << 5;
  return tree->seed;
}

int64_t
order_tree_lightest (const OrderTree *tree)
{
  return tree->root != NULL ? tree->root->lightest : INT64_MAX;
}

static void
update (OrderNode *node)
{
  node->lightest = node->weight;
  if (node->left != NULL && node->left->lightest < node->lightest)
    node->lightest = node->left->lightest;
  if (node->right != NULL && node->right->lightest < node->lightest)
    node->lightest = node->right->lightest;
}

static void
update_upwards (OrderTree *tree, OrderNode *node)
{
  for (; node != NULL; node = node->parent)
    {
      ++*tree->n_steps;
      update (node);
    }
}

/* The place from which the tree points to `node`. */
static OrderNode **
link_of (OrderTree *tree, const OrderNode *node)
{
  if (node->parent == NULL)
    return &tree->root;
  return node->parent->left == node ? &node->parent->left : &node->parent->right;
}

/* Puts `node` in the place of its parent, which becomes its child. */
static void
rotate_up (OrderTree *tree, OrderNode *node)
{
  OrderNode *parent = node->parent;
  OrderNode **link = link_of (tree, parent);
  bool is_left = parent->left == node;
  OrderNode *moved = is_left ? node->right : node->left;

  ++*tree->n_steps;
  *link = node;
  node->parent = parent->parent;
  parent->parent = node;
  if (moved != NULL)
    moved->parent = parent;
  if (is_left)
    {
      parent->left = moved;
      node->right = parent;
    }
  else
    {
      parent->right = moved;
      node->left = parent;
    }
  update (parent);
  update (node);
}

void
order_tree_insert (OrderTree *tree, OrderNode *node, int64_t weight)
{
  OrderNode **link = &tree->root;
  OrderNode *parent = NULL;

  assert (!order_node_is_in_tree (node));
  while (*link != NULL)
    {
      ++*tree->n_steps;
      parent = *link;
      link = tree->compare (node, parent) < 0 ? &parent->left : &parent->right;
    }
  *node = (OrderNode){ .parent = parent, .heat = next_heat (tree), .weight = weight };
  *link = node;
  update_upwards (tree, node);
  while (node->parent != NULL && node->parent->heat < node->heat)
    rotate_up (tree, node);
}

void
order_tree_remove (OrderTree *tree, OrderNode *node)
{
  OrderNode *child;

  assert (order_node_is_in_tree (node));
  while (node->left != NULL && node->right != NULL)
    rotate_up (tree, node->left->heat > node->right->heat ? node->left : node->right);
  child = node->left != NULL ? node->left : node->right;
  *link_of (tree, node) = child;
  if (child != NULL)
    child->parent = node->parent;
  update_upwards (tree, node->parent);
  *node = (OrderNode){ .parent = NULL };
}

/* ---- Neighbours ---- */

OrderNode *
order_tree_first (const OrderTree *tree)
{
  return order_tree_first_within (tree, INT64_MAX);
}

OrderNode *
order_tree_next (const OrderTree *tree, const OrderNode *node)
{
  return order_tree_next_within (tree, node, INT64_MAX);
}

static OrderNode *
last_below (const OrderTree *tree, OrderNode *node)
{
  while (node != NULL && node->right != NULL)
    {
      ++*tree->n_steps;
      node = node->right;
    }
  return node;
}

OrderNode *
order_tree_last (const OrderTree *tree)
{
  return last_below (tree, tree->root);
}

OrderNode *
order_tree_previous (const OrderTree *tree, const OrderNode *node)
{
  if (node->left != NULL)
    return last_below (tree, node->left);
  while (node->parent != NULL && node->parent->left == node)
    {
      ++*tree->n_steps;
      node = node->parent;
    }
  return node->parent;
}

OrderNode *
order_tree_first_from (const OrderTree *tree, const OrderNode *probe)
{
  OrderNode *node = tree->root;
  OrderNode *found = NULL;

  while (node != NULL)
    {
      bool is_before = tree->compare (node, probe) < 0;

      ++*tree->n_steps;
      found = is_before ? found : node;
      node = is_before ? node->right : node->left;
    }
  return found;
}

static bool
has_within (const OrderNode *node, int64_t limit)
{
  return node != NULL && node->lightest <= limit;
}

/* `node` has one within the limit. */
static OrderNode *
first_within (const OrderTree *tree, OrderNode *node, int64_t limit)
{
  for (;;)
    {
      ++*tree->n_steps;
      if (has_within (node->left, limit))
        node = node->left;
      else if (node->weight <= limit)
        return node;
      else
        node = node->right;
    }
}

OrderNode *
order_tree_first_within (const OrderTree *tree, int64_t limit)
{
  return has_within (tree->root, limit) ? first_within (tree, tree->root, limit) : NULL;
}

OrderNode *
order_tree_next_within (const OrderTree *tree, const OrderNode *node, int64_t limit)
{
  if (has_within (node->right, limit))
    return first_within (tree, node->right, limit);
  for (OrderNode *parent; (parent = node->parent) != NULL; node = parent)
    {
      ++*tree->n_steps;
      if (parent->left != node)
        continue;
      if (parent->weight <= limit)
        return parent;
      if (has_within (parent->right, limit))
        return first_within (tree, parent->right, limit);
    }
  return NULL;
}
