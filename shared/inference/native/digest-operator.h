/*
 * The operator `Digest`: what tokens are drawn by, of logits f32 [N, V] and inverse temperatures f32 [N, 1].
 *
 * | output | instead of | |
 * | --- | --- | --- |
 * | best | ArgMax | i64 [N], the place of the largest logit, the first among equals |
 * | total | ReduceSum | f32 [N], finite where each logit is; added in an order of its own |
 * | shares | Mul, Softmax | f32 [N, V], softmax at the temperature, the library's bits |
 */
#pragma once

#include "onnxruntime-abi.h"
#include "softmax-terms.h"

enum DigestInput { LOGITS, INVERSES };
enum DigestOutput { BEST, TOTAL, SHARES };

typedef struct {
  const float *logits, *inverses;
  int64_t *best;
  float *total, *shares;
  long count;
  int wide; /* whether the library's softmax is that for AVX-512 */
} DigestRun;

/* The largest of a row, and its sum. */
static float largestAndTotal(const float *row, long count, float *total) {
  float most = row[0], sum = 0;
  long i = 0;
  __m256 largest = _mm256_set1_ps(most), sums = _mm256_setzero_ps();
  for (; i + 8 <= count; i += 8) {
    const __m256 x = _mm256_loadu_ps(row + i);
    largest = _mm256_max_ps(largest, x);
    sums = _mm256_add_ps(sums, x);
  }
  for (; i < count; i++) {
    most = row[i] > most ? row[i] : most;
    sum += row[i];
  }
  float lanes[8];
  _mm256_storeu_ps(lanes, largest);
  for (int lane = 0; lane < 8; lane++) most = lanes[lane] > most ? lanes[lane] : most;
  *total = sum + sum8(sums);
  return most;
}

/* Where a number stands first in a row; 0 where it does not. */
static long placeOf(float number, const float *row, long count) {
  const __m256 wanted = _mm256_set1_ps(number);
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    const int found = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(row + i), wanted, _CMP_EQ_OQ));
    if (found != 0) return i + __builtin_ctz(found);
  }
  for (; i < count; i++)
    if (row[i] == number) return i;
  return 0;
}

static void digestTask(void *user, size_t row) {
  const DigestRun *run = user;
  const float *logits = run->logits + row * run->count;
  float *shares = run->shares + row * run->count;
  const float inverse = run->inverses[row];
  const float largest = largestAndTotal(logits, run->count, &run->total[row]);
  run->best[row] = placeOf(largest, logits, run->count);
  for (long i = 0; i < run->count; i++) shares[i] = logits[i] * inverse;
  const float sum = (run->wide ? softmaxTerms16 : softmaxTerms8)(shares, run->count, largest * inverse);
  const float share = 1 / sum;
  for (long i = 0; i < run->count; i++) shares[i] *= share;
}

static OrtStatus *computeDigest(void *state, OrtKernelContext *context) {
  OrtApi api = state;
  const OrtValue *inputs[2];
  DigestRun run = {.wide = __builtin_cpu_supports("avx512f")};
  int64_t dims[2];
  for (int i = LOGITS; i <= INVERSES; i++) TRY(KernelContext_GetInput(api)(context, i, &inputs[i]));
  TRY(dimsOf(api, inputs[LOGITS], dims, 2));
  TRY(GetTensorMutableData(api)((OrtValue *)inputs[LOGITS], (void **)&run.logits));
  TRY(GetTensorMutableData(api)((OrtValue *)inputs[INVERSES], (void **)&run.inverses));
  TRY(output(api, context, BEST, dims, 1, (void **)&run.best));
  TRY(output(api, context, TOTAL, dims, 1, (void **)&run.total));
  TRY(output(api, context, SHARES, dims, 2, (void **)&run.shares));
  run.count = dims[1];
  return KernelContext_ParallelFor(api)(context, digestTask, dims[0], 0, &run);
}

static OrtStatus *createDigest(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op, (void)info;
  *out = (void *)api;
  return NULL;
}

static void destroyDigest(void *state) { (void)state; }
static const char *digestName(const OrtCustomOp *op) { return (void)op, "Digest"; }
static size_t digestInputs(const OrtCustomOp *op) { return (void)op, INVERSES + 1; }
static size_t digestOutputs(const OrtCustomOp *op) { return (void)op, SHARES + 1; }
static int digestOutputType(const OrtCustomOp *op, size_t i) { return (void)op, i == BEST ? ORT_INT64 : ORT_FLOAT; }

static const OrtCustomOp DIGEST = OPERATOR(digestName, createDigest, computeDigest, destroyDigest, digestInputs, numbers, required, digestOutputs, digestOutputType);
