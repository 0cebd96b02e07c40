/*
 * What lies between products of bytes, a row at a time: the arithmetic of ONNX Runtime's operators for it, one after the other, so that
 * not a bit differs, without writing what comes in between into memory and without a turn of all threads for each.
 */
#pragma once

#include <immintrin.h>
#include <math.h>
#include <stdint.h>

enum { WIDTH = 8, ZERO_POINT = 128 };
static const float LARGEST = 127.f;

/* ---- bytes ---------------------------------------------------------------------------------------------- */

/* The largest absolute value; no number where one of them is none. Of Abs and ReduceMax. */
static float largestOf(const float *row, long count) {
  const __m256 sign = _mm256_set1_ps(-0.f);
  __m256 most = _mm256_setzero_ps(), none = _mm256_setzero_ps();
  for (long i = 0; i < count; i += WIDTH) {
    const __m256 x = _mm256_loadu_ps(row + i);
    most = _mm256_max_ps(most, _mm256_andnot_ps(sign, x));
    none = _mm256_or_ps(none, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
  }
  if (_mm256_movemask_ps(none) != 0) return NAN;
  float lanes[WIDTH], max = 0;
  _mm256_storeu_ps(lanes, most);
  for (int lane = 0; lane < WIDTH; lane++) max = lanes[lane] > max ? lanes[lane] : max;
  return max;
}

/* Of Div and QuantizeLinear: rounded to the nearest, of two as near to the even one, within what a byte holds. */
static __m256i byteValues(const float *from, __m256 scale) {
  __m256 x = _mm256_div_ps(_mm256_loadu_ps(from), scale);
  x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-ZERO_POINT)), _mm256_set1_ps(255 - ZERO_POINT));
  return _mm256_add_epi32(_mm256_cvtps_epi32(x), _mm256_set1_epi32(ZERO_POINT));
}

/* Bytes without sign, 128 standing for 0, of a row of a multiple of 8 numbers; answers their scale. */
static float quantizeRow(const float *row, long count, uint8_t *bytes) {
  const float scale = largestOf(row, count) * (1 / LARGEST);
  const __m256 scales = _mm256_set1_ps(scale);
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  long i = 0;
  for (; i + 4 * WIDTH <= count; i += 4 * WIDTH) {
    const __m256i a = _mm256_packus_epi32(byteValues(row + i, scales), byteValues(row + i + WIDTH, scales));
    const __m256i b = _mm256_packus_epi32(byteValues(row + i + 2 * WIDTH, scales), byteValues(row + i + 3 * WIDTH, scales));
    _mm256_storeu_si256((__m256i *)(bytes + i), _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b), order));
  }
  for (; i < count; i += WIDTH) {
    int32_t values[WIDTH];
    _mm256_storeu_si256((__m256i *)values, byteValues(row + i, scales));
    for (int lane = 0; lane < WIDTH; lane++) bytes[i + lane] = (uint8_t)values[lane];
  }
  return scale;
}

/* ---- the feed-forward's inner values ---------------------------------------------------------------------- */

/* x · logistic(x), of QuickGelu with alpha = 1. The library's kernel for AVX-512 keeps the logistic from exceeding 1. */
static __m256 silu(__m256 x, int wide) {
  static const float P[] = {4.37031012579801e-11f, 1.15627324459942e-07f, 6.08574864600143e-05f, 8.51377133304701e-03f, 2.48287947061529e-01f};
  static const float Q[] = {6.10247389755681e-13f, 5.76102136993427e-09f, 6.29106785017040e-06f, 1.70198817374094e-03f, 1.16817656904453e-01f, 9.93151921023180e-01f};
  const __m256 near = _mm256_max_ps(_mm256_min_ps(x, _mm256_set1_ps(18)), _mm256_set1_ps(-18));
  const __m256 square = _mm256_mul_ps(near, near);
  __m256 p = _mm256_set1_ps(P[0]), q = _mm256_set1_ps(Q[0]);
  for (unsigned i = 1; i < sizeof P / sizeof *P; i++) p = _mm256_fmadd_ps(p, square, _mm256_set1_ps(P[i]));
  for (unsigned i = 1; i < sizeof Q / sizeof *Q; i++) q = _mm256_fmadd_ps(q, square, _mm256_set1_ps(Q[i]));
  __m256 logistic = _mm256_add_ps(_mm256_div_ps(_mm256_mul_ps(p, near), q), _mm256_set1_ps(.5f));
  logistic = _mm256_max_ps(logistic, _mm256_setzero_ps());
  if (wide) logistic = _mm256_min_ps(logistic, _mm256_set1_ps(1));
  const __m256 product = _mm256_mul_ps(x, logistic);
  return _mm256_blendv_ps(product, x, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

/* silu(gate · scale) · (up · scale) of [2 · count] numbers, into [count]. Of Mul, Split, QuickGelu and Mul. */
static void gateRow(const float *row, long count, float scale, int wide, float *out) {
  const __m256 scales = _mm256_set1_ps(scale);
  for (long i = 0; i < count; i += WIDTH) {
    const __m256 gate = _mm256_mul_ps(_mm256_loadu_ps(row + i), scales);
    const __m256 up = _mm256_mul_ps(_mm256_loadu_ps(row + count + i), scales);
    _mm256_storeu_ps(out + i, _mm256_mul_ps(silu(gate, wide), up));
  }
}

/* Blocks of `size` values, a multiple of 8, each times a matrix [size, size], in place. Of MatMul. */
static void turnRow(float *row, long count, const float *turn, long size) {
  float block[size];
  for (long first = 0; first < count; first += size) {
    for (long j = 0; j < size; j += WIDTH) {
      __m256 sum = _mm256_setzero_ps();
      for (long i = 0; i < size; i++)
        sum = _mm256_fmadd_ps(_mm256_broadcast_ss(row + first + i), _mm256_loadu_ps(turn + i * size + j), sum);
      _mm256_storeu_ps(block + j, sum);
    }
    for (long j = 0; j < size; j++) row[first + j] = block[j];
  }
}

/* ---- sums and norms --------------------------------------------------------------------------------------- */

/*
 * Adds row · scale to the residual stream and normalises the sum by its root mean square, into out. Of Mul and
 * SkipSimplifiedLayerNormalization, which adds squares one after the other.
 */
static void addAndNormRow(const float *row, float scale, const float *residual, const float *gain, float epsilon, long count, float *sum, float *out) {
  const __m256 scales = _mm256_set1_ps(scale);
  float total = 0;
  for (long i = 0; i < count; i += WIDTH) {
    const __m256 x = _mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(row + i), scales), _mm256_loadu_ps(residual + i));
    _mm256_storeu_ps(sum + i, x);
    float squares[WIDTH];
    _mm256_storeu_ps(squares, _mm256_mul_ps(x, x));
    for (int lane = 0; lane < WIDTH; lane++) total += squares[lane];
  }
  const __m256 root = _mm256_set1_ps(sqrtf(total / (float)count + epsilon));
  for (long i = 0; i < count; i += WIDTH)
    _mm256_storeu_ps(out + i, _mm256_mul_ps(_mm256_div_ps(_mm256_loadu_ps(sum + i), root), _mm256_loadu_ps(gain + i)));
}
