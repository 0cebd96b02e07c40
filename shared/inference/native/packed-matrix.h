/*
 * Weights of 8 bits, or of 4 bits that are multiplied to 8, as products of rows of bytes read them. Sums of these are exact integers,
 * so that the bits are the library's in whatever order they are added, by however many rows together.
 */
#pragma once

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define UNROLLED _Pragma("GCC unroll 12")

/* Columns that lie together, weights of a column that do, those that are read at a time, and those that share a multiplier. */
enum { PANEL = 32, QUAD = 4, STEP = 8, GROUP = 32 };
/* What stands for 0. */
enum { ZERO_BYTE = 128, ZERO_NIBBLE = 8 };
/* Bytes before they are needed that weights are asked of memory: the next panel is on its way while this one is multiplied. */
enum { WEIGHTS_AHEAD = 8192 };

/* A matrix [K, N] as the kernels read it; columns beyond N are of zeros. */
typedef struct {
  long inner, outer; /* K, a multiple of 8, and N */
  /* Of 8 bits with a sign, [panels, K / 4, PANEL, 4]; of 4 bits, 8 standing for 0, likewise, but for every other quad, which lies in the
   * upper halves of the bytes of the one before it. */
  uint8_t *weights;
  uint8_t *multipliers; /* of weights of 4 bits, [panels, K / 32, PANEL], from 1 to 15; else NULL */
  int32_t *corrections; /* [panels · PANEL], what 128 standing for 0 in the rows' bytes adds to the sums of each column, taken back */
} PackedMatrix;

static long panelsOf(long outer) { return (outer + PANEL - 1) / PANEL; }
static long groupsOf(long inner) { return (inner + GROUP - 1) / GROUP; }
static long panelBytes(const PackedMatrix *matrix) { return matrix->inner * PANEL / (matrix->multipliers == NULL ? 1 : 2); }

/* What is made of the sums of a panel. */
typedef struct {
  const float *scales;    /* of the columns */
  const float *rowScales; /* or NULL */
  const float *bias;      /* of the columns, or NULL */
  float *out;             /* of the first row */
  long columns;           /* that there are from the first on */
} PanelOutput;
