/*
 * The operator `MultiplyBytes`: MatMulIntegerToFloat of ONNX Runtime for weights of 8 bits that do not change, with what scales its
 * rows and is added to them. For processors with VNNI.
 *
 * | input | |
 * | --- | --- |
 * | bytes | u8 [..., K], 128 standing for 0; K is a multiple of 4 |
 * | weights | u8 [K, N], likewise, a constant |
 * | scales | f32 [N] |
 * | row scales | f32 [..., 1], or none |
 * | bias | f32 [N], or none |
 *
 * Its output is f32 [..., N].
 */
#pragma once

#include <stdlib.h>
#include <sys/mman.h>

#include "byte-products.h"
#include "onnxruntime-abi.h"

enum ProductInput { BYTES, WEIGHTS, SCALES, ROW_SCALES, BIAS, PRODUCT_INPUTS };

/* Rows that a task takes a panel by, and multiplications from which on threads share them. */
enum { TASK_ROWS = 48, SHARED_PRODUCTS = 65536 };
/* Memory of at least so many bytes is asked for in pages of this size. */
enum { LARGE_PAGE = 2 << 20, CACHE_LINE = 64 };

typedef struct {
  OrtApi api;
  PackedMatrix matrix;
} ProductKernel;

typedef struct {
  const PackedMatrix *matrix;
  const uint8_t *bytes;
  const float *scales, *rowScales, *bias;
  float *out;
  long rows, chunks; /* of rows, for each panel */
} ProductRun;

/* A panel of the matrix by some of the rows, which are divided evenly. */
static void productTask(void *user, size_t place) {
  const ProductRun *run = user;
  const long panel = place / run->chunks, chunk = place % run->chunks;
  const long inner = run->matrix->inner, outer = run->matrix->outer, first = panel * PANEL;
  const long end = run->rows * (chunk + 1) / run->chunks;
  for (long row = run->rows * chunk / run->chunks; row < end;) {
    const long groups = (end - row + MOST_ROWS - 1) / MOST_ROWS, count = (end - row + groups - 1) / groups;
    const PanelOutput to = {
        .scales = run->scales + first,
        .rowScales = run->rowScales == NULL ? NULL : run->rowScales + row,
        .bias = run->bias == NULL ? NULL : run->bias + first,
        .out = run->out + row * outer + first,
        .columns = outer - first,
    };
    multiplyPanel(count, run->bytes + row * inner, run->matrix, panel, &to);
    row += count;
  }
}

static OrtStatus *computeProduct(void *state, OrtKernelContext *context) {
  const ProductKernel *kernel = state;
  OrtApi api = kernel->api;
  const PackedMatrix *matrix = &kernel->matrix;
  void *data[PRODUCT_INPUTS] = {NULL};
  int64_t dims[MOST_AXES] = {0};
  size_t rank = 0;
  for (int i = 0; i < PRODUCT_INPUTS; i++) {
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
  run.chunks = run.rows / TASK_ROWS + 1;
  dims[rank - 1] = matrix->outer;
  TRY(output(api, context, 0, dims, rank, (void **)&run.out));
  const long tasks = panelsOf(matrix->outer) * run.chunks;
  if (run.rows * matrix->inner * matrix->outer >= SHARED_PRODUCTS) return KernelContext_ParallelFor(api)(context, productTask, tasks, 0, &run);
  for (long place = 0; place < tasks; place++) productTask(&run, place);
  return NULL;
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
  free(kernel->matrix.corrections);
  free(kernel);
}

static int hasVnni(void) {
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

static OrtStatus *createProduct(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op;
  if (!hasVnni()) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "this processor has no VNNI");
  const OrtValue *weights;
  int isConstant;
  void *data;
  int64_t dims[2];
  TRY(KernelInfoGetConstantInput_tensor(api)(info, WEIGHTS, &isConstant, &weights));
  if (!isConstant) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "weights have to be constant");
  TRY(dimsOf(api, weights, dims, 2));
  TRY(GetTensorMutableData(api)((OrtValue *)weights, &data));
  if (dims[0] % QUAD != 0) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "a column is no multiple of 4 weights");
  ProductKernel *kernel = calloc(1, sizeof *kernel);
  if (kernel == NULL) return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for an operator");
  const size_t columns = panelsOf(dims[1]) * PANEL;
  *kernel = (ProductKernel){api, {dims[0], dims[1], packedMemory(columns * dims[0]), packedMemory(columns * sizeof(int32_t))}};
  if (kernel->matrix.weights == NULL || kernel->matrix.corrections == NULL) {
    destroyProduct(kernel);
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for weights");
  }
  packMatrix(data, &kernel->matrix);
  *out = kernel;
  return NULL;
}

static const char *productName(const OrtCustomOp *op) { return (void)op, "MultiplyBytes"; }
static size_t productInputs(const OrtCustomOp *op) { return (void)op, PRODUCT_INPUTS; }
static int productInputType(const OrtCustomOp *op, size_t i) { return (void)op, i == BYTES || i == WEIGHTS ? ORT_UINT8 : ORT_FLOAT; }
static int productInputKind(const OrtCustomOp *op, size_t i) { return (void)op, i == ROW_SCALES || i == BIAS ? ORT_OPTIONAL : ORT_REQUIRED; }

static const OrtCustomOp MULTIPLY_BYTES = {
    .version = 17,
    .GetName = productName,
    .GetExecutionProviderType = providerOf,
    .GetInputType = productInputType,
    .GetInputTypeCount = productInputs,
    .GetOutputType = numbers,
    .GetOutputTypeCount = one,
    .KernelDestroy = destroyProduct,
    .GetInputCharacteristic = productInputKind,
    .GetOutputCharacteristic = required,
    .GetInputMemoryType = inputMemory,
    .CreateKernelV2 = createProduct,
    .KernelComputeV2 = computeProduct,
    .GetStartVersion = startVersion,
    .GetEndVersion = startVersion,
};
