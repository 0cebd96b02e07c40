/* How the weights of a model's file become those of `PackedMatrix`. */
#pragma once

#include "packed-matrix.h"

/* Some weights of a row of a matrix of bytes [K, N], 128 standing for 0, as bytes with a sign. */
static void signedRow(const uint8_t *weights, long first, long columns, uint8_t *row) {
  for (long i = 0; i < columns; i++) row[i] = weights[first + i] ^ ZERO_BYTE;
}

/* Some weights of a row of a matrix of 4 bits with a sign [K, N], two in each byte, as numbers that 8 stands for 0 of. */
static void nibbleRow(const uint8_t *weights, long first, long columns, uint8_t *row) {
  for (long i = 0; i < columns; i++) {
    const long place = first + i;
    row[i] = ((weights[place / 2] >> (place % 2 * 4)) & 15) ^ ZERO_NIBBLE;
  }
}

/* Four rows of a panel, interleaved: the four weights of a column lie together. */
static void interleave(const uint8_t rows[QUAD][PANEL], uint8_t *out) {
  for (int half = 0; half < PANEL; half += 16) {
    __m128i row[QUAD];
    for (int i = 0; i < QUAD; i++) row[i] = _mm_loadu_si128((const __m128i *)(rows[i] + half));
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
static void packBytes(const uint8_t *weights, PackedMatrix *matrix) {
  const long inner = matrix->inner, outer = matrix->outer;
  for (long panel = 0; panel < panelsOf(outer); panel++) {
    const long first = panel * PANEL, columns = outer - first < PANEL ? outer - first : PANEL;
    int32_t *corrections = matrix->corrections + first;
    memset(corrections, 0, PANEL * sizeof *corrections);
    for (long k = 0; k < inner; k += QUAD) {
      uint8_t rows[QUAD][PANEL] = {{0}};
      for (int i = 0; i < QUAD; i++) {
        signedRow(weights, (k + i) * outer + first, columns, rows[i]);
        for (int column = 0; column < PANEL; column++) corrections[column] -= ZERO_BYTE * (int8_t)rows[i][column];
      }
      interleave(rows, matrix->weights + panel * panelBytes(matrix) + k * PANEL);
    }
  }
}

/*
 * The second quad of a step lies in the upper halves of the bytes of the first.
 *
 * @param weights - [K, N], 4 bits with a sign, two in each byte, the first in the lower half
 * @param multipliers - [K / 32, N], from 1 to 15
 */
static void packNibbles(const uint8_t *weights, const uint8_t *multipliers, PackedMatrix *matrix) {
  const long inner = matrix->inner, outer = matrix->outer;
  for (long panel = 0; panel < panelsOf(outer); panel++) {
    const long first = panel * PANEL, columns = outer - first < PANEL ? outer - first : PANEL;
    int32_t *corrections = matrix->corrections + first;
    memset(corrections, 0, PANEL * sizeof *corrections);
    for (long k = 0; k < inner; k += STEP) {
      uint8_t *by = matrix->multipliers + (panel * groupsOf(inner) + k / GROUP) * PANEL;
      if (k % GROUP == 0) {
        memset(by, 1, PANEL);
        memcpy(by, multipliers + k / GROUP * outer + first, columns);
      }
      uint8_t quads[2][PANEL * QUAD];
      for (int quad = 0; quad < 2; quad++) {
        uint8_t rows[QUAD][PANEL];
        for (int i = 0; i < QUAD; i++) {
          memset(rows[i], ZERO_NIBBLE, PANEL);
          nibbleRow(weights, (k + quad * QUAD + i) * outer + first, columns, rows[i]);
          for (int column = 0; column < PANEL; column++) corrections[column] -= ZERO_BYTE * by[column] * (rows[i][column] - ZERO_NIBBLE);
        }
        interleave(rows, quads[quad]);
      }
      uint8_t *out = matrix->weights + panel * panelBytes(matrix) + k * PANEL / 2;
      for (int i = 0; i < PANEL * QUAD; i++) out[i] = quads[0][i] | quads[1][i] << 4;
    }
  }
}
