/*
 * Attention of one new token over the keys and values of a row: the arithmetic of ONNX Runtime's GroupQueryAttention for one
 * token (flashattn_gqa.cpp, v1.30.0), operation by operation, so that not a bit differs. It is faster because that is compiled for
 * processors without AVX and reads keys and values once for each query head; here all heads that share them read them together.
 *
 * D = size of a head, a multiple of 16; T = tokens of the row with the new one.
 */
#pragma once

#include <float.h>

#include "softmax-terms.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { LANES = 8, KEYS = 4, VALUES = 8, LINE = 16 };

/* Bytes that are asked for ahead of what is read: the processor's own guesses begin anew with every row and every page. */
enum { AHEAD = 4096 };

ALWAYS_INLINE void fetchAhead(const float *from, long count) {
  for (long i = 0; i < count; i += LINE) _mm_prefetch((const char *)(from + i) + AHEAD, _MM_HINT_T0);
}

/* Turns a head by the angles of its position; cos and sin are [D / 2]. */
static void rotate(const float *head, const float *cos, const float *sin, long d, float *out) {
  const long half = d / 2;
  for (long i = 0; i < half; i += LANES) {
    const __m256 x = _mm256_loadu_ps(head + i), y = _mm256_loadu_ps(head + half + i);
    const __m256 c = _mm256_loadu_ps(cos + i), s = _mm256_loadu_ps(sin + i);
    _mm256_storeu_ps(out + i, _mm256_fmsub_ps(x, c, _mm256_mul_ps(y, s)));
    _mm256_storeu_ps(out + half + i, _mm256_fmadd_ps(x, s, _mm256_mul_ps(y, c)));
  }
}

/* scale · query · key of `heads` queries [heads, D] and `keys` keys [keys, D], into scores [heads, stride]. */
ALWAYS_INLINE void dots(const float *query, const float *key, long d, float scale, float *scores, long stride, const int heads, const int keys) {
  __m256 sums[2][KEYS];
  for (int h = 0; h < heads; h++)
    for (int k = 0; k < keys; k++) sums[h][k] = _mm256_setzero_ps();
  for (long i = 0; i < d; i += LANES)
    for (int k = 0; k < keys; k++) {
      const __m256 of = _mm256_loadu_ps(key + k * d + i);
      for (int h = 0; h < heads; h++)
        sums[h][k] = _mm256_add_ps(sums[h][k], _mm256_mul_ps(_mm256_loadu_ps(query + h * d + i), of));
    }
  for (int h = 0; h < heads; h++) {
    if (keys < KEYS) {
      for (int k = 0; k < keys; k++) scores[h * stride + k] = sum8(sums[h][k]) * scale;
      continue;
    }
    const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(sums[h][0], sums[h][1]), _mm256_hadd_ps(sums[h][2], sums[h][3]));
    const __m128 whole = _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1));
    _mm_storeu_ps(scores + h * stride, _mm_mul_ps(whole, _mm_set1_ps(scale)));
  }
}

/* Scores [heads, T] of queries [heads, D] and keys [T, D], two heads and four keys at a time. */
static void scoresOf(const float *query, int heads, const float *keys, long t, long d, float scale, float *scores) {
  long at = 0;
  for (; at + KEYS <= t; at += KEYS) {
    fetchAhead(keys + at * d, KEYS * d);
    int h = 0;
    for (; h + 2 <= heads; h += 2) dots(query + h * d, keys + at * d, d, scale, scores + h * t + at, t, 2, KEYS);
    if (h < heads) dots(query + h * d, keys + at * d, d, scale, scores + h * t + at, t, 1, KEYS);
  }
  for (; at < t; at++)
    for (int h = 0; h < heads; h++) dots(query + h * d, keys + at * d, d, scale, scores + h * t + at, t, 1, 1);
}

/* Adds to out [heads, D], from place `i` on, the values [count, D] weighted by [heads, stride], one after the other. */
ALWAYS_INLINE void addWeighted(const float *weights, long stride, const float *values, long count, long d, long i, float *out, const int heads, const int vectors) {
  __m256 sums[2][4];
  for (int h = 0; h < heads; h++)
    for (int v = 0; v < vectors; v++) sums[h][v] = _mm256_loadu_ps(out + h * d + i + v * LANES);
  for (long at = 0; at < count; at++) {
    for (int h = 0; h < heads; h++) {
      const __m256 weight = _mm256_broadcast_ss(weights + h * stride + at);
      for (int v = 0; v < vectors; v++) {
        const __m256 of = _mm256_loadu_ps(values + at * d + i + v * LANES);
        sums[h][v] = _mm256_add_ps(sums[h][v], _mm256_mul_ps(weight, of));
      }
    }
  }
  for (int h = 0; h < heads; h++)
    for (int v = 0; v < vectors; v++) _mm256_storeu_ps(out + h * d + i + v * LANES, sums[h][v]);
}

ALWAYS_INLINE void addTile(const float *weights, long stride, const float *values, long count, long d, float *out, const int heads) {
  long i = 0;
  for (; i + 4 * LANES <= d; i += 4 * LANES) addWeighted(weights, stride, values, count, d, i, out, heads, 4);
  if (i < d) addWeighted(weights, stride, values, count, d, i, out, heads, 2);
}

/* out [heads, D] = weights [heads, T] · values [T, D], so many values at a time as stay in the nearest cache. */
static void mix(const float *weights, int heads, const float *values, long t, long d, float *out) {
  for (long i = 0; i < heads * d; i++) out[i] = 0.f;
  for (long at = 0; at < t; at += VALUES) {
    const long count = t - at < VALUES ? t - at : VALUES;
    fetchAhead(values + at * d, VALUES * d);
    int h = 0;
    for (; h + 2 <= heads; h += 2) addTile(weights + h * t + at, t, values + at * d, count, d, out + h * d, 2);
    if (h < heads) addTile(weights + h * t + at, t, values + at * d, count, d, out + h * d, 1);
  }
}

static float maxOf(const float *row, long count) {
  __m256 most = _mm256_set1_ps(-FLT_MAX);
  long i = 0;
  for (; i + LANES <= count; i += LANES) most = _mm256_max_ps(most, _mm256_loadu_ps(row + i));
  float lanes[LANES], max = -FLT_MAX;
  _mm256_storeu_ps(lanes, most);
  for (int lane = 0; lane < LANES; lane++) max = lanes[lane] > max ? lanes[lane] : max;
  for (; i < count; i++) max = row[i] > max ? row[i] : max;
  return max;
}

/*
 * Attention of `heads` queries [heads, D] over keys and values [T, D], into out [heads, D].
 *
 * @param scores - room for [heads, T]
 */
static void attend(const float *query, int heads, const float *keys, const float *values, long t, long d, float scale, float *scores, float *out) {
  scoresOf(query, heads, keys, t, d, scale, scores);
  const int wide = __builtin_cpu_supports("avx512f");
  float sums[heads];
  for (int h = 0; h < heads; h++) {
    const float max = maxOf(scores + h * t, t);
    sums[h] = wide ? softmaxTerms16(scores + h * t, t, max) : softmaxTerms8(scores + h * t, t, max);
  }
  mix(scores, heads, values, t, d, out);
  for (int h = 0; h < heads; h++) {
    const float inverse = sums[h] > 0 ? 1 / sums[h] : 0;
    for (long i = 0; i < d; i++) out[h * d + i] *= inverse;
  }
}
