/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/number-scale.h"

#include <string.h>

/* D. Lemire: Number parsing at a gigabyte per second. Software: Practice and Experience 51 (2021).
 * The product of the digits and the first 64 bits of a power of five, in 128 bits, nearly always
 * decides the 53 bits of the result and how they are rounded. If it does not, the next 64 bits of
 * the power do, or the caller has to take another way. */

#ifdef __SIZEOF_INT128__

#define LEAST_POWER (-48)
#define LARGEST_POWER 48

#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define LARGEST_EXPONENT 0x7ff /* not finite */

/* Between them, digits of 64 bits times a power of five may lie just between two doubles. */
#define LEAST_HALFWAY_POWER (-4)
#define LARGEST_HALFWAY_POWER 23

typedef unsigned __int128 uint128;

typedef struct
{
  uint64_t high;
  uint64_t low;
} Power;

/* The first 128 bits of 5^n: rounded down, or up where n is negative. */
static const Power powers[] = {
  { 0xbb127c53b17ec159u, 0x5560c018580d5d52u }, { 0xe9d71b689dde71afu, 0xaab8f01e6e10b4a6u },
  { 0x9226712162ab070du, 0xcab3961304ca70e8u }, { 0xb6b00d69bb55c8d1u, 0x3d607b97c5fd0d22u },
  { 0xe45c10c42a2b3b05u, 0x8cb89a7db77c506au }, { 0x8eb98a7a9a5b04e3u, 0x77f3608e92adb242u },
  { 0xb267ed1940f1c61cu, 0x55f038b237591ed3u }, { 0xdf01e85f912e37a3u, 0x6b6c46dec52f6688u },
  { 0x8b61313bbabce2c6u, 0x2323ac4b3b3da015u }, { 0xae397d8aa96c1b77u, 0xabec975e0a0d081au },
  { 0xd9c7dced53c72255u, 0x96e7bd358c904a21u }, { 0x881cea14545c7575u, 0x7e50d64177da2e54u },
  { 0xaa242499697392d2u, 0xdde50bd1d5d0b9e9u }, { 0xd4ad2dbfc3d07787u, 0x955e4ec64b44e864u },
  { 0x84ec3c97da624ab4u, 0xbd5af13bef0b113eu }, { 0xa6274bbdd0fadd61u, 0xecb1ad8aeacdd58eu },
  { 0xcfb11ead453994bau, 0x67de18eda5814af2u }, { 0x81ceb32c4b43fcf4u, 0x80eacf948770ced7u },
  { 0xa2425ff75e14fc31u, 0xa1258379a94d028du }, { 0xcad2f7f5359a3b3eu, 0x096ee45813a04330u },
  { 0xfd87b5f28300ca0du, 0x8bca9d6e188853fcu }, { 0x9e74d1b791e07e48u, 0x775ea264cf55347eu },
  { 0xc612062576589ddau, 0x95364afe032a819eu }, { 0xf79687aed3eec551u, 0x3a83ddbd83f52205u },
  { 0x9abe14cd44753b52u, 0xc4926a9672793543u }, { 0xc16d9a0095928a27u, 0x75b7053c0f178294u },
  { 0xf1c90080baf72cb1u, 0x5324c68b12dd6339u }, { 0x971da05074da7beeu, 0xd3f6fc16ebca5e04u },
  { 0xbce5086492111aeau, 0x88f4bb1ca6bcf585u }, { 0xec1e4a7db69561a5u, 0x2b31e9e3d06c32e6u },
  { 0x9392ee8e921d5d07u, 0x3aff322e62439fd0u }, { 0xb877aa3236a4b449u, 0x09befeb9fad487c3u },
  { 0xe69594bec44de15bu, 0x4c2ebe687989a9b4u }, { 0x901d7cf73ab0acd9u, 0x0f9d37014bf60a11u },
  { 0xb424dc35095cd80fu, 0x538484c19ef38c95u }, { 0xe12e13424bb40e13u, 0x2865a5f206b06fbau },
  { 0x8cbccc096f5088cbu, 0xf93f87b7442e45d4u }, { 0xafebff0bcb24aafeu, 0xf78f69a51539d749u },
  { 0xdbe6fecebdedd5beu, 0xb573440e5a884d1cu }, { 0x89705f4136b4a597u, 0x31680a88f8953031u },
  { 0xabcc77118461cefcu, 0xfdc20d2b36ba7c3eu }, { 0xd6bf94d5e57a42bcu, 0x3d32907604691b4du },
  { 0x8637bd05af6c69b5u, 0xa63f9a49c2c1b110u }, { 0xa7c5ac471b478423u, 0x0fcf80dc33721d54u },
  { 0xd1b71758e219652bu, 0xd3c36113404ea4a9u }, { 0x83126e978d4fdf3bu, 0x645a1cac083126eau },
  { 0xa3d70a3d70a3d70au, 0x3d70a3d70a3d70a4u }, { 0xccccccccccccccccu, 0xcccccccccccccccdu },
  { 0x8000000000000000u, 0x0000000000000000u }, { 0xa000000000000000u, 0x0000000000000000u },
  { 0xc800000000000000u, 0x0000000000000000u }, { 0xfa00000000000000u, 0x0000000000000000u },
  { 0x9c40000000000000u, 0x0000000000000000u }, { 0xc350000000000000u, 0x0000000000000000u },
  { 0xf424000000000000u, 0x0000000000000000u }, { 0x9896800000000000u, 0x0000000000000000u },
  { 0xbebc200000000000u, 0x0000000000000000u }, { 0xee6b280000000000u, 0x0000000000000000u },
  { 0x9502f90000000000u, 0x0000000000000000u }, { 0xba43b74000000000u, 0x0000000000000000u },
  { 0xe8d4a51000000000u, 0x0000000000000000u }, { 0x9184e72a00000000u, 0x0000000000000000u },
  { 0xb5e620f480000000u, 0x0000000000000000u }, { 0xe35fa931a0000000u, 0x0000000000000000u },
  { 0x8e1bc9bf04000000u, 0x0000000000000000u }, { 0xb1a2bc2ec5000000u, 0x0000000000000000u },
  { 0xde0b6b3a76400000u, 0x0000000000000000u }, { 0x8ac7230489e80000u, 0x0000000000000000u },
  { 0xad78ebc5ac620000u, 0x0000000000000000u }, { 0xd8d726b7177a8000u, 0x0000000000000000u },
  { 0x878678326eac9000u, 0x0000000000000000u }, { 0xa968163f0a57b400u, 0x0000000000000000u },
  { 0xd3c21bcecceda100u, 0x0000000000000000u }, { 0x84595161401484a0u, 0x0000000000000000u },
  { 0xa56fa5b99019a5c8u, 0x0000000000000000u }, { 0xcecb8f27f4200f3au, 0x0000000000000000u },
  { 0x813f3978f8940984u, 0x4000000000000000u }, { 0xa18f07d736b90be5u, 0x5000000000000000u },
  { 0xc9f2c9cd04674edeu, 0xa400000000000000u }, { 0xfc6f7c4045812296u, 0x4d00000000000000u },
  { 0x9dc5ada82b70b59du, 0xf020000000000000u }, { 0xc5371912364ce305u, 0x6c28000000000000u },
  { 0xf684df56c3e01bc6u, 0xc732000000000000u }, { 0x9a130b963a6c115cu, 0x3c7f400000000000u },
  { 0xc097ce7bc90715b3u, 0x4b9f100000000000u }, { 0xf0bdc21abb48db20u, 0x1e86d40000000000u },
  { 0x96769950b50d88f4u, 0x1314448000000000u }, { 0xbc143fa4e250eb31u, 0x17d955a000000000u },
  { 0xeb194f8e1ae525fdu, 0x5dcfab0800000000u }, { 0x92efd1b8d0cf37beu, 0x5aa1cae500000000u },
  { 0xb7abc627050305adu, 0xf14a3d9e40000000u }, { 0xe596b7b0c643c719u, 0x6d9ccd05d0000000u },
  { 0x8f7e32ce7bea5c6fu, 0xe4820023a2000000u }, { 0xb35dbf821ae4f38bu, 0xdda2802c8a800000u },
  { 0xe0352f62a19e306eu, 0xd50b2037ad200000u }, { 0x8c213d9da502de45u, 0x4526f422cc340000u },
  { 0xaf298d050e4395d6u, 0x9670b12b7f410000u },
};

/* The exponent of two of 10^n, shifted so that it fits the product below. */
static int
exponent_of_power (int n)
{
  return ((152170 + 65536) * n >> 16) + 63;
}

/* The first 128 bits of the product, at least the first 55 of them exact. */
static uint128
multiply (uint64_t digits, const Power *power)
{
  uint128 product = (uint128) digits * power->high;

  if (((product >> 64) & 0x1ff) == 0x1ff)
    product += ((uint128) digits * power->low) >> 64;
  return product;
}

/* Two bits more than the result has, shifted right by `shift`. Where what follows them is exactly
 * zero, the last bit but one decides: a tie goes to the even number. */
static uint64_t
round_mantissa (uint128 product, int shift, int exponent)
{
  uint64_t high = (uint64_t) (product >> 64), low = (uint64_t) product, mantissa = high >> shift;

  if (low <= 1 && exponent >= LEAST_HALFWAY_POWER && exponent <= LARGEST_HALFWAY_POWER
      && (mantissa & 3) == 1 && mantissa << shift == high)
    mantissa &= ~UINT64_C (1);
  return (mantissa + (mantissa & 1)) >> 1;
}

bool
number_scale (uint64_t digits, int exponent, double *value)
{
  if (exponent < LEAST_POWER || exponent > LARGEST_POWER || digits == 0)
    return false;

  int zeros = __builtin_clzll (digits);
  uint128 product = multiply (digits << zeros, &powers[exponent - LEAST_POWER]);
  if ((uint64_t) product == UINT64_MAX)
    return false;

  int top = (int) (product >> 127);
  uint64_t mantissa = round_mantissa (product, top + 64 - MANTISSA_BITS - 3, exponent);
  int binary = exponent_of_power (exponent) + top - zeros + EXPONENT_BIAS;
  if (mantissa == UINT64_C (2) << MANTISSA_BITS)
    {
      mantissa >>= 1;
      binary++;
    }
  if (binary <= 0 || binary >= LARGEST_EXPONENT)
    return false;

  uint64_t bits =
      (mantissa & ~(UINT64_C (1) << MANTISSA_BITS)) | (uint64_t) binary << MANTISSA_BITS;
  memcpy (value, &bits, sizeof bits);
  return true;
}

#else

bool
number_scale (uint64_t digits, int exponent, double *value)
{
  return false;
}

#endif
