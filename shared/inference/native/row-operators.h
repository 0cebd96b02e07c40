/*
 * Operators on rows, the last axis of their inputs; a multiple of 8 numbers each.
 *
 * | operator | inputs | outputs |
 * | --- | --- | --- |
 * | `QuantizeRows` | rows [..., N] | bytes [..., N], scales [..., 1] |
 * | `GateRows` | gates and values before their scale [..., 2 · N], scales [..., 1], turn [S, S] | as above |
 * | `AddAndNormRows` | what is added, before its scale [..., N], scales [..., 1], residual [..., N], gain [N] | residual, bytes, scales |
 */
#pragma once

#include <stdlib.h>

#include "onnxruntime-abi.h"
#include "row-kernels.h"

enum { MOST_INPUTS = 4, MOST_OUTPUTS = 3 };

/* Numbers from which on rows are divided among threads. */
enum { SHARED_WORK = 32768 };

typedef struct {
  OrtApi api;
  float epsilon;
} RowKernel;

typedef struct {
  float epsilon;
  int wide;
  const float *inputs[MOST_INPUTS];
  long count; /* numbers of an output's row */
  long turn;  /* size of the blocks that are turned */
  float *residual, *scales;
  uint8_t *bytes;
  int failed; /* whether a row had no memory */
} RowRun;

static void quantizeTask(void *user, size_t row) {
  RowRun *run = user;
  run->scales[row] = quantizeRow(run->inputs[0] + row * run->count, run->count, run->bytes + row * run->count);
}

static void gateTask(void *user, size_t row) {
  RowRun *run = user;
  float *values = malloc(run->count * sizeof(float));
  if (values == NULL) {
    run->failed = 1;
    return;
  }
  gateRow(run->inputs[0] + row * 2 * run->count, run->count, run->inputs[1][row], run->wide, values);
  turnRow(values, run->count, run->inputs[2], run->turn);
  run->scales[row] = quantizeRow(values, run->count, run->bytes + row * run->count);
  free(values);
}

static void addAndNormTask(void *user, size_t row) {
  RowRun *run = user;
  const long first = row * run->count;
  float *normed = malloc(run->count * sizeof(float));
  if (normed == NULL) {
    run->failed = 1;
    return;
  }
  addAndNormRow(run->inputs[0] + first, run->inputs[1][row], run->inputs[2] + first, run->inputs[3], run->epsilon, run->count, run->residual + first, normed);
  run->scales[row] = quantizeRow(normed, run->count, run->bytes + first);
  free(normed);
}

/* @param halves - whether an input's row is twice as long as an output's */
static OrtStatus *computeRows(const RowKernel *kernel, OrtKernelContext *context, int inputs, int halves, void (*task)(void *, size_t)) {
  OrtApi api = kernel->api;
  RowRun run = {.epsilon = kernel->epsilon, .wide = __builtin_cpu_supports("avx512f")};
  int64_t dims[MOST_AXES] = {0};
  size_t rank;
  for (int i = 0; i < inputs; i++) {
    const OrtValue *value;
    TRY(KernelContext_GetInput(api)(context, i, &value));
    TRY(GetTensorMutableData(api)((OrtValue *)value, (void **)&run.inputs[i]));
    if (i == 0) TRY(axesOf(api, value, dims, &rank));
    if (halves && i == 2) {
      int64_t turn[2];
      TRY(dimsOf(api, value, turn, 2));
      run.turn = turn[0];
    }
  }
  const int64_t rows = rowsOf(dims, rank);
  run.count = dims[rank - 1] /= halves ? 2 : 1;
  if (run.count % WIDTH != 0 || (halves && (run.turn % WIDTH != 0 || run.count % run.turn != 0)))
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "a row is no multiple of 8 numbers");

  int place = 0;
  if (inputs == MOST_INPUTS) TRY(output(api, context, place++, dims, rank, &run.residual));
  TRY(output(api, context, place++, dims, rank, &run.bytes));
  dims[rank - 1] = 1;
  TRY(output(api, context, place, dims, rank, &run.scales));
  if (rows * run.count >= SHARED_WORK) TRY(KernelContext_ParallelFor(api)(context, task, rows, 0, &run));
  else for (int64_t row = 0; row < rows; row++) task(&run, row);
  return run.failed ? CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for a row") : NULL;
}

static OrtStatus *computeQuantize(void *kernel, OrtKernelContext *context) { return computeRows(kernel, context, 1, 0, quantizeTask); }
static OrtStatus *computeGate(void *kernel, OrtKernelContext *context) { return computeRows(kernel, context, 3, 1, gateTask); }
static OrtStatus *computeAddAndNorm(void *kernel, OrtKernelContext *context) { return computeRows(kernel, context, MOST_INPUTS, 0, addAndNormTask); }

static OrtStatus *createRowKernel(OrtApi api, float epsilon, void **out) {
  RowKernel *kernel = malloc(sizeof *kernel);
  if (kernel == NULL) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for an operator");
  *kernel = (RowKernel){api, epsilon};
  *out = kernel;
  return NULL;
}

static OrtStatus *createPlain(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  return (void)op, (void)info, createRowKernel(api, 0, out);
}

static OrtStatus *createNorm(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op;
  float epsilon;
  TRY(KernelInfoGetAttribute_float(api)(info, "epsilon", &epsilon));
  return createRowKernel(api, epsilon, out);
}

static const char *quantizeName(const OrtCustomOp *op) { return (void)op, "QuantizeRows"; }
static const char *gateName(const OrtCustomOp *op) { return (void)op, "GateRows"; }
static const char *addAndNormName(const OrtCustomOp *op) { return (void)op, "AddAndNormRows"; }
static size_t two(const OrtCustomOp *op) { return (void)op, 2; }
static size_t three(const OrtCustomOp *op) { return (void)op, 3; }
static size_t four(const OrtCustomOp *op) { return (void)op, 4; }
static int bytesFirst(const OrtCustomOp *op, size_t i) { return (void)op, i == 0 ? ORT_UINT8 : ORT_FLOAT; }
static int bytesSecond(const OrtCustomOp *op, size_t i) { return (void)op, i == 1 ? ORT_UINT8 : ORT_FLOAT; }

static const OrtCustomOp QUANTIZE_ROWS = OPERATOR(quantizeName, createPlain, computeQuantize, free, one, numbers, required, two, bytesFirst);
static const OrtCustomOp GATE_ROWS = OPERATOR(gateName, createPlain, computeGate, free, three, numbers, required, two, bytesFirst);
static const OrtCustomOp ADD_AND_NORM_ROWS = OPERATOR(addAndNormName, createNorm, computeAddAndNorm, free, four, numbers, required, three, bytesSecond);
