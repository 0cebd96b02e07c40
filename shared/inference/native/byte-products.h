/*
 * Products of rows of bytes by weights of 8 bits. Their sums are exact integers, so that the bits are the library's in whatever order
 * they are added, by however many rows together.
 */
#pragma once

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define WITH_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* Columns that lie together, those of a register, weights of a column that one instruction multiplies, and rows that share them. */
enum { PANEL = 32, REGISTER = 16, QUAD = 4, MOST_ROWS = 12, ZERO_BYTE = 128 };
enum { REGISTERS = PANEL / REGISTER };
/* Bytes before they are needed that weights are asked of memory: the next panel is on its way while this one is multiplied. */
enum { WEIGHTS_AHEAD = 8192 };

/* A matrix [K, N] as the kernels read it. */
typedef struct {
  long inner, outer;    /* K, a multiple of 4, and N */
  int8_t *weights;      /* [panels, K / 4, PANEL, 4], columns beyond N of zeros */
  int32_t *corrections; /* [panels · PANEL], what 128 standing for 0 in the rows' bytes adds to each column, less than 0 */
} PackedMatrix;

static long panelsOf(long outer) { return (outer + PANEL - 1) / PANEL; }

/* Four rows of a panel, interleaved: the four weights of a column lie together. */
static void interleave(const uint8_t rows[QUAD][PANEL], int8_t *out) {
  const __m128i sign = _mm_set1_epi8((char)ZERO_BYTE);
  for (int half = 0; half < PANEL; half += 16) {
    __m128i row[QUAD];
    for (int i = 0; i < QUAD; i++) row[i] = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(rows[i] + half)), sign);
    const __m128i low[] = {_mm_unpacklo_epi8(row[0], row[1]), _mm_unpacklo_epi8(row[2], row[3])};
    const __m128i high[] = {_mm_unpackhi_epi8(row[0], row[1]), _mm_unpackhi_epi8(row[2], row[3])};
    __m128i *to = (__m128i *)(out + half * QUAD);
    _mm_storeu_si128(to, _mm_unpacklo_epi16(low[0], low[1]));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi16(low[0], low[1]));
    _mm_storeu_si128(to + 2, _mm_unpacklo_epi16(high[0], high[1]));
    _mm_storeu_si128(to + 3, _mm_unpackhi_epi16(high[0], high[1]));
  }
}

/* @param weights - [K, N], 128 standing for 0 */
static void packMatrix(const uint8_t *weights, PackedMatrix *matrix) {
  const long inner = matrix->inner, outer = matrix->outer;
  for (long panel = 0; panel < panelsOf(outer); panel++) {
    const long first = panel * PANEL, columns = outer - first < PANEL ? outer - first : PANEL;
    int32_t sums[PANEL] = {0};
    for (long k = 0; k < inner; k += QUAD) {
      uint8_t rows[QUAD][PANEL];
      for (int i = 0; i < QUAD; i++) {
        memset(rows[i] + columns, ZERO_BYTE, PANEL - columns);
        memcpy(rows[i], weights + (k + i) * outer + first, columns);
        for (int column = 0; column < PANEL; column++) sums[column] += rows[i][column] - ZERO_BYTE;
      }
      interleave(rows, matrix->weights + (first * inner) + k * PANEL);
    }
    for (int column = 0; column < PANEL; column++) matrix->corrections[first + column] = -ZERO_BYTE * sums[column];
  }
}

/* What is made of the sums of a panel. */
typedef struct {
  const float *scales;    /* of the columns */
  const float *rowScales; /* or NULL */
  const float *bias;      /* of the columns, or NULL */
  float *out;             /* of the first row */
  long columns;           /* that the panel has */
} PanelOutput;

WITH_VNNI static inline __m512i fourBytes(const uint8_t *from) {
  int32_t bytes;
  memcpy(&bytes, from, sizeof bytes);
  return _mm512_set1_epi32(bytes);
}

/* Scales sums and writes them, each operation rounded by itself. */
WITH_VNNI static inline void writeSums(__m512i sums, const PanelOutput *to, int row, int first, long outer) {
  const long left = to->columns - first;
  if (left <= 0) return;
  const __mmask16 mask = left >= REGISTER ? 0xffff : (__mmask16)((1 << left) - 1);
  __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_maskz_loadu_ps(mask, to->scales + first));
  if (to->rowScales != NULL) x = _mm512_mul_ps(x, _mm512_set1_ps(to->rowScales[row]));
  if (to->bias != NULL) x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, to->bias + first));
  _mm512_mask_storeu_ps(to->out + row * outer + first, mask, x);
}

/* Products of `rows` rows of bytes by one panel; with few rows, whose sums would wait for themselves, several of each. */
WITH_VNNI static inline __attribute__((always_inline)) void multiplyRows(const int rows, const int chains, const uint8_t *bytes, const PackedMatrix *matrix, long panel, const PanelOutput *to) {
  const long inner = matrix->inner;
  const int8_t *weights = matrix->weights + panel * PANEL * inner;
  __m512i sums[MOST_ROWS][4][REGISTERS];
#pragma GCC unroll 12
  for (int row = 0; row < rows; row++)
#pragma GCC unroll 12
    for (int v = 0; v < REGISTERS; v++) {
      sums[row][0][v] = _mm512_loadu_si512(matrix->corrections + panel * PANEL + v * REGISTER);
#pragma GCC unroll 12
      for (int chain = 1; chain < chains; chain++) sums[row][chain][v] = _mm512_setzero_si512();
    }
  const long step = QUAD * chains;
  long k = 0;
  for (; k + step <= inner; k += step)
#pragma GCC unroll 12
    for (int chain = 0; chain < chains; chain++) {
      const int8_t *quad = weights + (k + chain * QUAD) * PANEL;
      __m512i columns[REGISTERS];
#pragma GCC unroll 12
      for (int v = 0; v < REGISTERS; v++) {
        columns[v] = _mm512_loadu_si512(quad + v * sizeof(__m512i));
        _mm_prefetch(quad + v * sizeof(__m512i) + WEIGHTS_AHEAD, _MM_HINT_T0);
      }
#pragma GCC unroll 12
      for (int row = 0; row < rows; row++) {
        const __m512i four = fourBytes(bytes + row * inner + k + chain * QUAD);
#pragma GCC unroll 12
        for (int v = 0; v < REGISTERS; v++) sums[row][chain][v] = _mm512_dpbusd_epi32(sums[row][chain][v], four, columns[v]);
      }
    }
  for (; k < inner; k += QUAD)
#pragma GCC unroll 12
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 12
      for (int v = 0; v < REGISTERS; v++)
        sums[row][0][v] = _mm512_dpbusd_epi32(sums[row][0][v], fourBytes(bytes + row * inner + k), _mm512_loadu_si512(weights + k * PANEL + v * sizeof(__m512i)));
#pragma GCC unroll 12
  for (int row = 0; row < rows; row++)
#pragma GCC unroll 12
    for (int v = 0; v < REGISTERS; v++) {
      __m512i sum = sums[row][0][v];
#pragma GCC unroll 12
      for (int chain = 1; chain < chains; chain++) sum = _mm512_add_epi32(sum, sums[row][chain][v]);
      writeSums(sum, to, row, v * REGISTER, matrix->outer);
    }
}

/* @param rows - up to MOST_ROWS */
WITH_VNNI static void multiplyPanel(int rows, const uint8_t *bytes, const PackedMatrix *matrix, long panel, const PanelOutput *to) {
#define ROWS(count, chains) \
  case count: multiplyRows(count, chains, bytes, matrix, panel, to); break;
  switch (rows) {
    ROWS(1, 4) ROWS(2, 2) ROWS(3, 2) ROWS(4, 1) ROWS(5, 1) ROWS(6, 1)
    ROWS(7, 1) ROWS(8, 1) ROWS(9, 1) ROWS(10, 1) ROWS(11, 1) ROWS(12, 1)
  }
#undef ROWS
}
