/*
 * exp(x - max) of a row and their sum, with the arithmetic of ONNX Runtime's own kernels, so that not a bit differs: those of
 * processors with AVX-512, in 16 lanes, and those of processors with FMA alone, in 8.
 * https://github.com/microsoft/onnxruntime/tree/v1.30.0/onnxruntime/core/mlas/lib/x86_64 (TransKernelAvx512F.S, TransKernelFma3.S)
 */
#pragma once

#include <immintrin.h>

#define WITH_AVX512 __attribute__((target("avx512f,avx2,fma")))

static const float ROUNDING = 12582912.f; /* 1.5 · 2^23 */
static const float LOG2_E = 1.44269504088896341f;
static const float MINUS_LN2_HIGH = -6.93145752e-1f;
static const float MINUS_LN2_LOW = -1.42860677e-6f;
static const float POLYNOMIAL[] = {0x1.694000p-10f, 0x1.125edcp-7f, 0x1.555b5ap-5f, 0x1.555450p-3f, 0x1.fffff6p-2f, 1.f, 1.f};
enum { TERMS = sizeof POLYNOMIAL / sizeof *POLYNOMIAL };

WITH_AVX512 static inline __m512 exp16(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-103.9720840454f), x);
  const __m512 rounding = _mm512_set1_ps(ROUNDING);
  const __m512 power = _mm512_sub_ps(_mm512_fmadd_ps(_mm512_set1_ps(LOG2_E), x, rounding), rounding);
  x = _mm512_fmadd_ps(power, _mm512_set1_ps(MINUS_LN2_HIGH), x);
  x = _mm512_fmadd_ps(power, _mm512_set1_ps(MINUS_LN2_LOW), x);
  __m512 p = _mm512_set1_ps(POLYNOMIAL[0]);
  for (int i = 1; i < TERMS; i++) p = _mm512_fmadd_ps(p, x, _mm512_set1_ps(POLYNOMIAL[i]));
  return _mm512_scalef_ps(p, power);
}

/* Of four pairs of neighbours, and so on: the order in which the library adds the lanes. */
static inline float sum8(__m256 lanes) {
  lanes = _mm256_hadd_ps(lanes, lanes);
  lanes = _mm256_hadd_ps(lanes, lanes);
  return _mm_cvtss_f32(_mm_add_ss(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1)));
}

WITH_AVX512 static float softmaxTerms16(float *row, long count, float max) {
  const __m512 negative = _mm512_set1_ps(-max);
  __m512 sum = _mm512_setzero_ps();
  for (long i = 0; i < count; i += 16) {
    const __mmask16 mask = count - i >= 16 ? 0xffff : (__mmask16)((1u << (count - i)) - 1);
    const __m512 terms = exp16(_mm512_maskz_add_ps(mask, negative, _mm512_maskz_loadu_ps(mask, row + i)));
    sum = _mm512_mask_add_ps(sum, mask, sum, terms);
    _mm512_mask_storeu_ps(row + i, mask, terms);
  }
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1));
  return sum8(_mm256_add_ps(high, _mm512_castps512_ps256(sum)));
}

static inline __m256 exp8(__m256 x) {
  x = _mm256_max_ps(_mm256_set1_ps(-88.3762626647949f), x);
  const __m256 rounding = _mm256_set1_ps(ROUNDING);
  const __m256 biased = _mm256_fmadd_ps(_mm256_set1_ps(LOG2_E), x, rounding);
  const __m256 power = _mm256_sub_ps(biased, rounding);
  x = _mm256_fmadd_ps(power, _mm256_set1_ps(MINUS_LN2_HIGH), x);
  x = _mm256_fmadd_ps(power, _mm256_set1_ps(MINUS_LN2_LOW), x);
  __m256 p = _mm256_set1_ps(POLYNOMIAL[0]);
  for (int i = 1; i < TERMS; i++) p = _mm256_fmadd_ps(p, x, _mm256_set1_ps(POLYNOMIAL[i]));
  const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(biased), 23);
  return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_add_epi32(exponent, _mm256_set1_epi32(0x3f800000))));
}

static float softmaxTerms8(float *row, long count, float max) {
  const __m256 negative = _mm256_set1_ps(-max);
  __m256 sum = _mm256_setzero_ps();
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256 terms = exp8(_mm256_add_ps(negative, _mm256_loadu_ps(row + i)));
    sum = _mm256_add_ps(sum, terms);
    _mm256_storeu_ps(row + i, terms);
  }
  if (i < count) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count - i)), lane);
    const __m256 terms = exp8(_mm256_add_ps(negative, _mm256_maskload_ps(row + i, mask)));
    sum = _mm256_add_ps(sum, _mm256_and_ps(terms, _mm256_castsi256_ps(mask)));
    _mm256_maskstore_ps(row + i, mask, terms);
  }
  return sum8(sum);
}
