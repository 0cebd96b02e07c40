/*
 * What the operator uses of ONNX Runtime's C interface, whose headers no npm package brings. `OrtApi` is a table of functions to
 * which releases only append; places and signatures are those of
 * https://github.com/microsoft/onnxruntime/blob/v1.30.0/include/onnxruntime/core/session/onnxruntime_c_api.h
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef void OrtStatus; /* NULL where a call went well */
typedef void OrtValue;
typedef void OrtKernelInfo;
typedef void OrtKernelContext;
typedef const void *const *OrtApi;

enum { ORT_API = 22 };
/* Of a tensor, at most. */
enum { MOST_AXES = 4 };
enum { ORT_INVALID_ARGUMENT = 2 };
enum { ORT_FLOAT = 1, ORT_UINT8 = 2, ORT_INT32 = 6, ORT_INT64 = 7 };
enum { ORT_REQUIRED = 0, ORT_OPTIONAL = 1 };
enum { ORT_ATTRIBUTE_INT = 1, ORT_ATTRIBUTE_FLOAT = 3 };

typedef struct {
  OrtApi (*GetApi)(uint32_t version);
  const char *(*GetVersionString)(void);
} OrtApiBase;

#define ORT_FUNCTION(name, place, result, ...) \
  static inline result (*name(OrtApi api))(__VA_ARGS__) { return (result(*)(__VA_ARGS__))api[place]; }

ORT_FUNCTION(CreateStatus, 0, OrtStatus *, int code, const char *message)
ORT_FUNCTION(CreateCustomOpDomain, 26, OrtStatus *, const char *name, void **domain)
ORT_FUNCTION(CustomOpDomain_Add, 27, OrtStatus *, void *domain, const void *op)
ORT_FUNCTION(AddCustomOpDomain, 28, OrtStatus *, void *options, void *domain)
ORT_FUNCTION(GetTensorMutableData, 51, OrtStatus *, OrtValue *value, void **data)
ORT_FUNCTION(GetDimensionsCount, 61, OrtStatus *, const void *shape, size_t *count)
ORT_FUNCTION(GetDimensions, 62, OrtStatus *, const void *shape, int64_t *dims, size_t count)
ORT_FUNCTION(GetTensorTypeAndShape, 65, OrtStatus *, const OrtValue *value, void **shape)
ORT_FUNCTION(KernelInfoGetAttribute_float, 85, OrtStatus *, const OrtKernelInfo *info, const char *name, float *out)
ORT_FUNCTION(KernelInfoGetAttribute_int64, 86, OrtStatus *, const OrtKernelInfo *info, const char *name, int64_t *out)
ORT_FUNCTION(KernelContext_GetInput, 90, OrtStatus *, const OrtKernelContext *context, size_t place, const OrtValue **value)
ORT_FUNCTION(KernelContext_GetOutput, 91, OrtStatus *, OrtKernelContext *context, size_t place, const int64_t *dims, size_t count, OrtValue **value)
ORT_FUNCTION(ReleaseTensorTypeAndShapeInfo, 99, void, void *shape)
ORT_FUNCTION(ReleaseCustomOpDomain, 101, void, void *domain)
ORT_FUNCTION(CreateOpAttr, 211, OrtStatus *, const char *name, const void *data, int count, int type, void **attribute)
ORT_FUNCTION(ReleaseOpAttr, 212, void, void *attribute)
ORT_FUNCTION(CreateOp, 213, OrtStatus *, const OrtKernelInfo *info, const char *name, const char *domain, int version, const char **constraints, const int *types, int constraintCount, const void *const *attributes, int attributeCount, int inputs, int outputs, void **op)
ORT_FUNCTION(InvokeOp, 214, OrtStatus *, const OrtKernelContext *context, const void *op, const OrtValue *const *inputs, int inputCount, OrtValue *const *outputs, int outputCount)
ORT_FUNCTION(ReleaseOp, 215, void, void *op)
ORT_FUNCTION(KernelInfoGetConstantInput_tensor, 249, OrtStatus *, const OrtKernelInfo *info, size_t place, int *isConstant, const OrtValue **value)
ORT_FUNCTION(KernelContext_ParallelFor, 274, OrtStatus *, const OrtKernelContext *context, void (*task)(void *user, size_t place), size_t count, size_t batches, void *user)

/* The members up to those of version 17 of the interface, in their order. */
typedef struct OrtCustomOp OrtCustomOp;
struct OrtCustomOp {
  uint32_t version;
  void *(*CreateKernel)(const OrtCustomOp *, OrtApi, const OrtKernelInfo *);
  const char *(*GetName)(const OrtCustomOp *);
  const char *(*GetExecutionProviderType)(const OrtCustomOp *);
  int (*GetInputType)(const OrtCustomOp *, size_t);
  size_t (*GetInputTypeCount)(const OrtCustomOp *);
  int (*GetOutputType)(const OrtCustomOp *, size_t);
  size_t (*GetOutputTypeCount)(const OrtCustomOp *);
  void (*KernelCompute)(void *, OrtKernelContext *);
  void (*KernelDestroy)(void *);
  int (*GetInputCharacteristic)(const OrtCustomOp *, size_t);
  int (*GetOutputCharacteristic)(const OrtCustomOp *, size_t);
  int (*GetInputMemoryType)(const OrtCustomOp *, size_t);
  int (*GetVariadicInputMinArity)(const OrtCustomOp *);
  int (*GetVariadicInputHomogeneity)(const OrtCustomOp *);
  int (*GetVariadicOutputMinArity)(const OrtCustomOp *);
  int (*GetVariadicOutputHomogeneity)(const OrtCustomOp *);
  OrtStatus *(*CreateKernelV2)(const OrtCustomOp *, OrtApi, const OrtKernelInfo *, void **);
  OrtStatus *(*KernelComputeV2)(void *, OrtKernelContext *);
  OrtStatus *(*InferOutputShapeFn)(const OrtCustomOp *, void *);
  int (*GetStartVersion)(const OrtCustomOp *);
  int (*GetEndVersion)(const OrtCustomOp *);
};

#define TRY(call)                     \
  do {                                \
    OrtStatus *status = (call);       \
    if (status != NULL) return status; \
  } while (0)

static OrtStatus *dimsOf(OrtApi api, const OrtValue *value, int64_t *dims, size_t count) {
  void *shape;
  TRY(GetTensorTypeAndShape(api)(value, &shape));
  OrtStatus *status = GetDimensions(api)(shape, dims, count);
  ReleaseTensorTypeAndShapeInfo(api)(shape);
  return status;
}

static OrtStatus *axesOf(OrtApi api, const OrtValue *value, int64_t *dims, size_t *rank) {
  void *shape;
  TRY(GetTensorTypeAndShape(api)(value, &shape));
  OrtStatus *status = GetDimensionsCount(api)(shape, rank);
  if (status == NULL && *rank >= 1 && *rank <= MOST_AXES) status = GetDimensions(api)(shape, dims, *rank);
  ReleaseTensorTypeAndShapeInfo(api)(shape);
  return status;
}

static OrtStatus *output(OrtApi api, OrtKernelContext *context, size_t place, const int64_t *dims, size_t rank, void *data) {
  OrtValue *value;
  TRY(KernelContext_GetOutput(api)(context, place, dims, rank, &value));
  return GetTensorMutableData(api)(value, data);
}

/* Of a tensor whose last axis is a row. */
static int64_t rowsOf(const int64_t *dims, size_t rank) {
  int64_t rows = 1;
  for (size_t axis = 0; axis + 1 < rank; axis++) rows *= dims[axis];
  return rows;
}

/* What all operators of ours answer alike. */
static const char *providerOf(const OrtCustomOp *op) { return (void)op, NULL; }
static int inputMemory(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, 0; }
static int startVersion(const OrtCustomOp *op) { return (void)op, 1; }
static int numbers(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, ORT_FLOAT; }
static int required(const OrtCustomOp *op, size_t i) { return (void)op, (void)i, ORT_REQUIRED; }
static size_t one(const OrtCustomOp *op) { return (void)op, 1; }

/* An operator. Inputs and outputs: how many, and what type each of them has; every output is required. */
#define OPERATOR(name, create, compute, destroy, inputs, inputType, inputKind, outputs, outputType) \
  {                                                                                               \
      .version = 17,                                                                              \
      .GetName = name,                                                                            \
      .GetExecutionProviderType = providerOf,                                                     \
      .GetInputType = inputType,                                                                  \
      .GetInputTypeCount = inputs,                                                                \
      .GetOutputType = outputType,                                                                \
      .GetOutputTypeCount = outputs,                                                              \
      .KernelDestroy = destroy,                                                                   \
      .GetInputCharacteristic = inputKind,                                                        \
      .GetOutputCharacteristic = required,                                                        \
      .GetInputMemoryType = inputMemory,                                                          \
      .CreateKernelV2 = create,                                                                   \
      .KernelComputeV2 = compute,                                                                 \
      .GetStartVersion = startVersion,                                                            \
      .GetEndVersion = startVersion,                                                              \
  }
