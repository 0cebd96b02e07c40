/*
 * Products of rows of bytes by weights of 8 or 4 bits that do not change, with what scales their rows and is added to them: what
 * MatMulIntegerToFloat, Mul and Add of ONNX Runtime compute.
 *
 * | input | |
 * | --- | --- |
 * | bytes | u8 [..., K], 128 standing for 0; K is a multiple of 8 |
 * | weights | a constant: of `MultiplyBytes` u8 [K, N], likewise; of `MultiplyNibbles` u8 [K · N / 2], 4 bits with a sign each, the first in the lower half |
 * | scales | f32 [N] |
 * | row scales | f32 [..., 1], or none |
 * | bias | f32 [N], or none |
 * | multipliers | of `MultiplyNibbles` alone: u8 [K / 32, N], a constant, from 1 to 15: what 32 weights of a column are multiplied by |
 *
 * The output is f32 [..., N]. The attribute `threads` says how many share a product. `MultiplyBytes` is for processors with VNNI.
 */
#pragma once

#include <stdlib.h>
#include <sys/mman.h>

#include "multiply-avx2.h"
#include "multiply-vnni.h"
#include "onnxruntime-abi.h"
#include "pack-weights.h"

enum ProductInput { BYTES, WEIGHTS, SCALES, ROW_SCALES, BIAS, MULTIPLIERS, PRODUCT_INPUTS };

/* Rows that a task has at most, and multiplications from which on threads share them. */
enum { TASK_ROWS = 48, SHARED_PRODUCTS = 65536 };
/* Memory of at least so many bytes is asked for in pages of this size. */
enum { LARGE_PAGE = 2 << 20, CACHE_LINE = 64 };

typedef struct {
  OrtApi api;
  int64_t threads;
  PackedMatrix matrix;
} ProductKernel;

typedef struct {
  const PackedMatrix *matrix;
  const uint8_t *bytes;
  SignedRows signedRows; /* without VNNI */
  const float *scales, *rowScales, *bias;
  float *out;
  long rows, chunks, parts; /* how many the rows and the panels are cut into */
} ProductRun;

static int hasVnni(void) {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

/* A panel of the matrix by some of the rows. */
static void multiplyPanel(const ProductRun *run, long panel, long from, long to) {
  const PackedMatrix *matrix = run->matrix;
  const long first = panel * PANEL;
  const int isSigned = run->signedRows.bytes != NULL, most = isSigned ? FEW_ROWS : MOST_ROWS;
  for (long row = from; row < to;) {
    const long groups = (to - row + most - 1) / most, count = (to - row + groups - 1) / groups;
    const PanelOutput output = {
        .scales = run->scales + first,
        .rowScales = run->rowScales == NULL ? NULL : run->rowScales + row,
        .bias = run->bias == NULL ? NULL : run->bias + first,
        .out = run->out + row * matrix->outer + first,
        .columns = matrix->outer - first,
    };
    if (isSigned) {
      const SignedRows rows = {run->signedRows.bytes + row * matrix->inner, run->signedRows.zeros + row * groupsOf(matrix->inner)};
      multiplyPanelAvx2(count, &rows, matrix, panel, &output);
    } else {
      multiplyPanelVnni(count, run->bytes + row * matrix->inner, matrix, panel, &output);
    }
    row += count;
  }
}

/* Panels that lie one after the other, so that each thread asks memory for what it reads itself. */
static void productTask(void *user, size_t place) {
  const ProductRun *run = user;
  const long panels = panelsOf(run->matrix->outer);
  const long part = place / run->chunks, chunk = place % run->chunks;
  const long from = run->rows * chunk / run->chunks, to = run->rows * (chunk + 1) / run->chunks;
  for (long panel = panels * part / run->parts; panel < panels * (part + 1) / run->parts; panel++) multiplyPanel(run, panel, from, to);
}

static OrtStatus *multiply(const ProductKernel *kernel, OrtKernelContext *context, ProductRun *run) {
  const PackedMatrix *matrix = run->matrix;
  const int isShared = run->rows * matrix->inner * matrix->outer >= SHARED_PRODUCTS;
  run->parts = isShared ? kernel->threads : 1;
  run->chunks = run->rows / TASK_ROWS + 1;
  if (isShared) return KernelContext_ParallelFor(kernel->api)(context, productTask, run->parts * run->chunks, 0, run);
  for (long place = 0; place < run->chunks; place++) productTask(run, place);
  return NULL;
}

static OrtStatus *multiplySigned(const ProductKernel *kernel, OrtKernelContext *context, ProductRun *run) {
  const long inner = run->matrix->inner;
  run->signedRows = (SignedRows){malloc(run->rows * inner), malloc(run->rows * groupsOf(inner) * sizeof(int32_t))};
  OrtStatus *status = NULL;
  if (run->signedRows.bytes == NULL || run->signedRows.zeros == NULL) {
    status = CreateStatus(kernel->api)(ORT_INVALID_ARGUMENT, "no memory for rows");
  } else {
    signRows(run->bytes, run->rows, inner, &run->signedRows);
    status = multiply(kernel, context, run);
  }
  free(run->signedRows.bytes);
  free(run->signedRows.zeros);
  return status;
}

static OrtStatus *computeProduct(void *state, OrtKernelContext *context) {
  const ProductKernel *kernel = state;
  OrtApi api = kernel->api;
  const PackedMatrix *matrix = &kernel->matrix;
  void *data[BIAS + 1] = {NULL};
  int64_t dims[MOST_AXES] = {0};
  size_t rank = 0;
  for (int i = 0; i <= BIAS; i++) {
    const OrtValue *value;
    TRY(KernelContext_GetInput(api)(context, i, &value));
    if (value == NULL) continue;
    TRY(GetTensorMutableData(api)((OrtValue *)value, &data[i]));
    if (i == BYTES) TRY(axesOf(api, value, dims, &rank));
  }
  if (dims[rank - 1] != matrix->inner) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "rows do not fit the weights");
  ProductRun run = {
      .matrix = matrix,
      .bytes = data[BYTES],
      .scales = data[SCALES],
      .rowScales = data[ROW_SCALES],
      .bias = data[BIAS],
      .rows = rowsOf(dims, rank),
  };
  dims[rank - 1] = matrix->outer;
  TRY(output(api, context, 0, dims, rank, (void **)&run.out));
  return hasVnni() ? multiply(kernel, context, &run) : multiplySigned(kernel, context, &run);
}

/* In large pages where it is large, since every token reads all of it. */
static void *packedMemory(size_t bytes) {
  const size_t unit = bytes >= LARGE_PAGE ? LARGE_PAGE : CACHE_LINE;
  void *memory = aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (memory != NULL && unit == LARGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

static void destroyProduct(void *state) {
  ProductKernel *kernel = state;
  free(kernel->matrix.weights);
  free(kernel->matrix.multipliers);
  free(kernel->matrix.corrections);
  free(kernel);
}

/* A constant input of a node, and its sizes. */
static OrtStatus *constantOf(OrtApi api, const OrtKernelInfo *info, int place, int64_t *dims, size_t rank, void **data) {
  const OrtValue *value;
  int isConstant;
  TRY(KernelInfoGetConstantInput_tensor(api)(info, place, &isConstant, &value));
  if (!isConstant) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "weights have to be constant");
  TRY(dimsOf(api, value, dims, rank));
  return GetTensorMutableData(api)((OrtValue *)value, data);
}

/* @param multipliers - of weights of 4 bits, else NULL */
static OrtStatus *createProduct(OrtApi api, const OrtKernelInfo *info, const int64_t *dims, const void *weights, const void *multipliers, void **out) {
  int64_t threads;
  TRY(KernelInfoGetAttribute_int64(api)(info, "threads", &threads));
  if (dims[0] % STEP != 0) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "a column is no multiple of 8 weights");
  ProductKernel *kernel = calloc(1, sizeof *kernel);
  if (kernel == NULL) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for an operator");
  *kernel = (ProductKernel){.api = api, .threads = threads, .matrix = {.inner = dims[0], .outer = dims[1]}};
  PackedMatrix *matrix = &kernel->matrix;
  const long panels = panelsOf(dims[1]);
  int isRoom = (matrix->corrections = packedMemory(panels * PANEL * sizeof(int32_t))) != NULL;
  if (isRoom && multipliers != NULL) isRoom = (matrix->multipliers = packedMemory(panels * PANEL * groupsOf(dims[0]))) != NULL;
  if (!isRoom || (matrix->weights = packedMemory(panels * panelBytes(matrix))) == NULL) {
    destroyProduct(kernel);
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for weights");
  }
  if (multipliers == NULL) packBytes(weights, matrix);
  else packNibbles(weights, multipliers, matrix);
  *out = kernel;
  return NULL;
}

static OrtStatus *createBytes(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op;
  if (!hasVnni()) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "this processor has no VNNI");
  int64_t dims[2];
  void *weights;
  TRY(constantOf(api, info, WEIGHTS, dims, 2, &weights));
  return createProduct(api, info, dims, weights, NULL, out);
}

static OrtStatus *createNibbles(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op;
  int64_t dims[2], count;
  void *weights, *multipliers;
  TRY(constantOf(api, info, WEIGHTS, &count, 1, &weights));
  TRY(constantOf(api, info, MULTIPLIERS, dims, 2, &multipliers));
  TRY(KernelInfoGetAttribute_int64(api)(info, "inner", &dims[0]));
  if (count != (dims[0] * dims[1] + 1) / 2) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "weights do not fit their multipliers");
  return createProduct(api, info, dims, weights, multipliers, out);
}

static const char *bytesName(const OrtCustomOp *op) { return (void)op, "MultiplyBytes"; }
static const char *nibblesName(const OrtCustomOp *op) { return (void)op, "MultiplyNibbles"; }
static size_t bytesInputs(const OrtCustomOp *op) { return (void)op, MULTIPLIERS; }
static size_t nibblesInputs(const OrtCustomOp *op) { return (void)op, PRODUCT_INPUTS; }
static int productInputType(const OrtCustomOp *op, size_t i) { return (void)op, i == BYTES || i == WEIGHTS || i == MULTIPLIERS ? ORT_UINT8 : ORT_FLOAT; }
static int productInputKind(const OrtCustomOp *op, size_t i) { return (void)op, i == ROW_SCALES || i == BIAS ? ORT_OPTIONAL : ORT_REQUIRED; }

static const OrtCustomOp MULTIPLY_BYTES = OPERATOR(bytesName, createBytes, computeProduct, destroyProduct, bytesInputs, productInputType, productInputKind, one, numbers);
static const OrtCustomOp MULTIPLY_NIBBLES = OPERATOR(nibblesName, createNibbles, computeProduct, destroyProduct, nibblesInputs, productInputType, productInputKind, one, numbers);
