/*
 * Products by weights of 4 bits for processors with AVX2 alone: a product of a nibble and a byte leaves room in 16 bits for the sum of
 * all that share a multiplier.
 */
#pragma once

#include "packed-matrix.h"

/* Columns that are multiplied together, those of a register, and rows that share weights. */
enum { BLOCK = 16, HALF_REGISTER = 8, BLOCK_REGISTERS = BLOCK / HALF_REGISTER, FEW_ROWS = 4 };

/* Rows of bytes, as this way of multiplying reads them. */
typedef struct {
  int8_t *bytes;  /* with a sign, [rows, K] */
  int32_t *zeros; /* what 8 standing for 0 in the nibbles adds to the sums of a group, taken back: in 16 bits, of a quad's first and last two, [rows, K / 32] */
} SignedRows;

/* @param bytes - [rows, K], 128 standing for 0 */
static void signRows(const uint8_t *bytes, long rows, long inner, const SignedRows *to) {
  const __m256i flip = _mm256_set1_epi8((char)ZERO_BYTE);
  for (long row = 0; row < rows; row++)
    for (long group = 0; group < inner; group += GROUP) {
      const long count = inner - group < GROUP ? inner - group : GROUP;
      int8_t *out = to->bytes + row * inner + group;
      uint8_t part[GROUP];
      memset(part + count, ZERO_BYTE, GROUP - count);
      memcpy(part, bytes + row * inner + group, count);
      const __m256i numbers = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)part), flip);
      _mm256_storeu_si256((__m256i *)part, numbers);
      memcpy(out, part, count);
      const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(ZERO_NIBBLE), numbers);
      __m128i sums = _mm_add_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
      sums = _mm_add_epi16(sums, _mm_shuffle_epi32(sums, 0x4e));
      sums = _mm_add_epi16(sums, _mm_shuffle_epi32(sums, 0xb1));
      to->zeros[row * groupsOf(inner) + group / GROUP] = _mm_cvtsi128_si32(_mm_sub_epi16(_mm_setzero_si128(), sums));
    }
}

/* Scales the sums of eight columns and writes them, each operation rounded by itself. */
static inline void writeEight(__m256i sums, const PanelOutput *to, int row, int first, long outer) {
  const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(to->columns - first)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_maskload_ps(to->scales + first, mask));
  if (to->rowScales != NULL) x = _mm256_mul_ps(x, _mm256_set1_ps(to->rowScales[row]));
  if (to->bias != NULL) x = _mm256_add_ps(x, _mm256_maskload_ps(to->bias + first, mask));
  _mm256_maskstore_ps(to->out + row * outer + first, mask, x);
}

/* Products of `rows` rows by a block of a panel, from its column `first` on. */
static inline __attribute__((always_inline)) void multiplyBlock(const int rows, const SignedRows *from, const PackedMatrix *matrix, long panel, int first, const PanelOutput *to) {
  const long inner = matrix->inner, groups = groupsOf(inner);
  const uint8_t *weights = matrix->weights + panel * panelBytes(matrix) + first * QUAD;
  const uint8_t *multipliers = matrix->multipliers + panel * groups * PANEL + first;
  const __m256i lower = _mm256_set1_epi8(15);
  __m256i sums[FEW_ROWS][BLOCK_REGISTERS];
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) sums[row][v] = _mm256_setzero_si256();
  for (long group = 0; group < groups; group++) {
    const long end = (group + 1) * GROUP < inner ? (group + 1) * GROUP : inner;
    __m256i pairs[FEW_ROWS][BLOCK_REGISTERS];
    UNROLLED for (int row = 0; row < rows; row++)
      UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) pairs[row][v] = _mm256_set1_epi32(from->zeros[row * groups + group]);
    for (long k = group * GROUP; k < end; k += STEP) {
      const uint8_t *step = weights + k / STEP * PANEL * QUAD;
      _mm_prefetch(step + WEIGHTS_AHEAD, _MM_HINT_T0);
      __m256i nibbles[BLOCK_REGISTERS];
      UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) nibbles[v] = _mm256_loadu_si256((const __m256i *)(step + v * HALF_REGISTER * QUAD));
      UNROLLED for (int quad = 0; quad < 2; quad++) {
        __m256i columns[BLOCK_REGISTERS];
        UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) columns[v] = _mm256_and_si256(quad == 0 ? nibbles[v] : _mm256_srli_epi16(nibbles[v], 4), lower);
        UNROLLED for (int row = 0; row < rows; row++) {
          int32_t bytes;
          memcpy(&bytes, from->bytes + row * inner + k + quad * QUAD, sizeof bytes);
          const __m256i four = _mm256_set1_epi32(bytes);
          UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) pairs[row][v] = _mm256_add_epi16(pairs[row][v], _mm256_maddubs_epi16(columns[v], four));
        }
      }
    }
    UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) {
      const __m256i each = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(multipliers + group * PANEL + v * HALF_REGISTER)));
      const __m256i factors = _mm256_or_si256(each, _mm256_slli_epi32(each, 16));
      UNROLLED for (int row = 0; row < rows; row++) sums[row][v] = _mm256_add_epi32(sums[row][v], _mm256_madd_epi16(pairs[row][v], factors));
    }
  }
  UNROLLED for (int row = 0; row < rows; row++)
    UNROLLED for (int v = 0; v < BLOCK_REGISTERS; v++) writeEight(sums[row][v], to, row, first + v * HALF_REGISTER, matrix->outer);
}

/* @param rows - up to FEW_ROWS */
static void multiplyPanelAvx2(long rows, const SignedRows *from, const PackedMatrix *matrix, long panel, const PanelOutput *to) {
  for (int first = 0; first < PANEL; first += BLOCK)
    switch (rows) {
      case 1: multiplyBlock(1, from, matrix, panel, first, to); break;
      case 2: multiplyBlock(2, from, matrix, panel, first, to); break;
      case 3: multiplyBlock(3, from, matrix, panel, first, to); break;
      default: multiplyBlock(FEW_ROWS, from, matrix, panel, first, to);
    }
}
