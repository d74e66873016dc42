/* SPDX-License-Identifier: MIT */

/* The vector type of the instruction set that the including file is compiled for, and the two
 * activations. Included by kernel sources only, each of which defines KERNEL_DOUBLE or not. */

#include <math.h>
#include <stdint.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__ ((always_inline))

#if defined(KERNEL_DOUBLE)
typedef double real;
#define LANES 2
#else
typedef float real;
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#endif

typedef real vec __attribute__ ((vector_size (LANES * sizeof (real))));

#define LOG2_E ((real) 1.4426950408889634)
#define LN_2 ((real) 0.6931471805599453)

INLINE vec
splat (real value)
{
  return value - (vec){ 0 };
}

/* Both activations take their argument already multiplied: sigmoid(x) as y = -x log2 e, tanh(x) as
 * y = 2 x log2 e. The factors are folded into the packed weights. */

#if defined(KERNEL_DOUBLE)

INLINE vec
sigmoid_scaled (vec y)
{
  vec result;

  for (int i = 0; i < LANES; i++)
    result[i] = 1 / (1 + exp2 (y[i]));
  return result;
}

INLINE vec
tanh_scaled (vec y)
{
  vec result;

  for (int i = 0; i < LANES; i++)
    result[i] = tanh (y[i] * LN_2 / 2);
  return result;
}

#else

typedef int32_t ivec __attribute__ ((vector_size (LANES * sizeof (int32_t))));

/* Between the limits 2^y and its reciprocal are normal numbers. NaN passes: min and max
 * instructions return their second operand then. */
INLINE vec
clamp (vec y)
{
  const vec limit = splat (100);
#if defined(__AVX512F__)
  return (vec) _mm512_max_ps ((__m512) -limit, _mm512_min_ps ((__m512) limit, (__m512) y));
#elif defined(__AVX2__)
  return (vec) _mm256_max_ps ((__m256) -limit, _mm256_min_ps ((__m256) limit, (__m256) y));
#elif defined(__SSE2__)
  return (vec) _mm_max_ps ((__m128) -limit, _mm_min_ps ((__m128) limit, (__m128) y));
#else
  ivec above = y > limit, below = y < -limit;
  return (vec) ((above & (ivec) limit) | (below & (ivec) -limit) | (~(above | below) & (ivec) y));
#endif
}

/* To the last bit or the one before: an estimate of 14 (12) bits, refined by one step of second
 * (third) order. */
INLINE vec
reciprocal (vec d)
{
#if defined(__AVX512F__)
  vec r = (vec) _mm512_rcp14_ps ((__m512) d);
  vec e = 1 - d * r;
  return r + r * e;
#elif defined(__AVX2__)
  vec r = (vec) _mm256_rcp_ps ((__m256) d);
  vec e = 1 - d * r;
  return r + r * (e + e * e);
#else
  return 1 / d;
#endif
}

/* 2^y = scale * (1 + part): y is cut into a whole number and f in [-1/2, 1/2], part = 2^f - 1. The
 * polynomial for part / f is the minimax one of degree 5 (relative error 1.1e-8). */
INLINE vec
exp2_parts (vec y, vec *scale)
{
  const vec magic = splat (12582912); /* 1.5 * 2^23: the sum's low bits hold the whole number */
  vec shifted = y + magic;
  vec f = y - (shifted - magic);
  vec p = splat (1.54035122e-4f);

  p = p * f + 1.33907353e-3f;
  p = p * f + 9.61823761e-3f;
  p = p * f + 5.55035733e-2f;
  p = p * f + 2.40226492e-1f;
  p = p * f + 6.93147182e-1f;
  *scale = (vec) (((ivec) shifted << 23) + 0x3f800000);
  return p * f;
}

INLINE vec
sigmoid_scaled (vec y)
{
  vec scale;
  vec part = exp2_parts (clamp (y), &scale);

  return reciprocal (1 + (scale + scale * part));
}

/* (2^y - 1) / (2^y + 1), the numerator without cancellation near 0. */
INLINE vec
tanh_scaled (vec y)
{
  vec scale;
  vec part = exp2_parts (clamp (y), &scale);
  vec less_one = scale * part + (scale - 1);

  return less_one * reciprocal (less_one + 2);
}

#endif
