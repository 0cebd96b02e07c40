/* Products by a processor's own instruction for bytes, on registers of 512 bits. */
#pragma once

#include "packed-matrix.h"

#define WITH_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* Columns of a register, its bytes, registers of a panel, and rows that share weights. */
enum { REGISTER = 16, REGISTER_BYTES = 64, REGISTERS = PANEL / REGISTER, MOST_ROWS = 12 };

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

/* A register's multipliers, each twice in 16 bits, and what 8 stands for in its nibbles, in bytes. */
typedef struct {
  __m512i factors, zeros;
} Multipliers;

WITH_VNNI static inline Multipliers multipliersOf(const uint8_t *from) {
  const __m512i each = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from));
  const __m512i factors = _mm512_or_si512(each, _mm512_slli_epi32(each, 16));
  const __m512i zeros = _mm512_slli_epi16(factors, 3); /* 8 times a multiplier is less than 128 */
  return (Multipliers){factors, _mm512_or_si512(zeros, _mm512_slli_epi16(zeros, 8))};
}

/* The weights of a quad: nibbles, less 8, times their multipliers. No product of a nibble and a multiplier leaves its byte. */
WITH_VNNI static inline __m512i multiplied(__m512i nibbles, int quad, const Multipliers *by) {
  const __m512i each = _mm512_and_si512(quad == 0 ? nibbles : _mm512_srli_epi16(nibbles, 4), _mm512_set1_epi8(15));
  return _mm512_sub_epi8(_mm512_mullo_epi16(each, by->factors), by->zeros);
}

/* Products of `rows` rows of bytes by one panel. With few rows, whose sums would wait for themselves, each quad of a step has its own. */
WITH_VNNI static inline __attribute__((always_inline)) void multiplyRows(const int rows, const int isHalf, const uint8_t *bytes, const PackedMatrix *matrix, long panel, const PanelOutput *to) {
  const int chains = rows <= MOST_ROWS / 2 ? 2 : 1;
  const long inner = matrix->inner, quadBytes = REGISTERS * REGISTER_BYTES;
  const uint8_t *weights = matrix->weights + panel * panelBytes(matrix);
  const uint8_t *multipliers = isHalf ? matrix->multipliers + panel * groupsOf(inner) * PANEL : NULL;
  __m512i sums[MOST_ROWS][2][REGISTERS];
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int v = 0; v < REGISTERS; v++) {
      sums[row][0][v] = _mm512_loadu_si512(matrix->corrections + panel * PANEL + v * REGISTER);
      sums[row][1][v] = _mm512_setzero_si512();
    }
  for (long group = 0; group < inner; group += GROUP) {
    const long end = group + GROUP < inner ? group + GROUP : inner;
    Multipliers by[REGISTERS];
    if (isHalf) UNROLLED for (int v = 0; v < REGISTERS; v++) by[v] = multipliersOf(multipliers + group / GROUP * PANEL + v * REGISTER);
    for (long k = group; k < end; k += STEP)
      UNROLLED for (int quad = 0; quad < 2; quad++) {
        const uint8_t *from = weights + (isHalf ? k / STEP : k / QUAD + quad) * quadBytes;
        __m512i columns[REGISTERS];
        UNROLLED for (int v = 0; v < REGISTERS; v++) {
          columns[v] = _mm512_loadu_si512(from + v * REGISTER_BYTES);
          if (isHalf) columns[v] = multiplied(columns[v], quad, &by[v]);
          if (!isHalf || quad == 0) _mm_prefetch(from + v * REGISTER_BYTES + WEIGHTS_AHEAD, _MM_HINT_T0);
        }
        UNROLLED for (int row = 0; row < rows; row++) {
          const __m512i four = fourBytes(bytes + row * inner + k + quad * QUAD);
          __m512i *sum = sums[row][quad % chains];
          UNROLLED for (int v = 0; v < REGISTERS; v++) sum[v] = _mm512_dpbusd_epi32(sum[v], four, columns[v]);
        }
      }
  }
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int v = 0; v < REGISTERS; v++)
      writeSums(_mm512_add_epi32(sums[row][0][v], sums[row][1][v]), to, row, v * REGISTER, matrix->outer);
}

/* @param rows - up to MOST_ROWS */
WITH_VNNI static void multiplyPanelVnni(int rows, const uint8_t *bytes, const PackedMatrix *matrix, long panel, const PanelOutput *to) {
#define ROWS(count)                                                                            \
  case count:                                                                                  \
    if (matrix->multipliers != NULL) multiplyRows(count, 1, bytes, matrix, panel, to);          \
    else multiplyRows(count, 0, bytes, matrix, panel, to);                                      \
    break;
  switch (rows) { ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) }
#undef ROWS
}
