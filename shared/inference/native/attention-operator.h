/*
 * The operator `Attention`: GroupQueryAttention of ONNX Runtime with its inputs and outputs, computed here for one new token of each
 * row whose cache lies where it stays, and by the library for everything else.
 */
#pragma once

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "decode-attention.h"
#include "onnxruntime-abi.h"

enum Input { QUERY, KEY, VALUE, PAST_KEY, PAST_VALUE, LENGTHS, LONGEST, COS, SIN, INPUTS };
enum Output { MIXED, PRESENT_KEY, PRESENT_VALUE, OUTPUTS };

/* What reading keys and values takes, against computing with them for a head, as measured. */
enum { READING = 2 };

typedef struct {
  OrtApi api;
  int64_t heads, kvHeads, threads;
  float scale;
  void *library; /* GroupQueryAttention */
} Kernel;

/* One run over rows of one token. */
typedef struct {
  const Kernel *kernel;
  const float *query, *key, *value, *cos, *sin;
  float *keys, *values, *mixed; /* [rows, kvHeads, positions, D] twice, [rows, heads, D] */
  const int32_t *lengths;       /* of each row, without the new token */
  long queryStride, keyStride;  /* from row to row */
  long positions, d;
  int together; /* query heads of a task, which share a head of keys and values */
  int failed; /* whether a task had no memory */
} Run;

/* Rotates the new key of a row into the cache, and copies its value there. */
static void append(const Run *run, long row, long kvHead) {
  const long d = run->d, at = run->lengths[row];
  const long place = ((row * run->kernel->kvHeads + kvHead) * run->positions + at) * d;
  const float *cos = run->cos + at * d / 2, *sin = run->sin + at * d / 2;
  rotate(run->key + row * run->keyStride + kvHead * d, cos, sin, d, run->keys + place);
  memcpy(run->values + place, run->value + row * run->keyStride + kvHead * d, d * sizeof(float));
}

/* Query heads from `head` on that share a head of keys and values. */
static void attendHeads(Run *run, long row, long head, int count) {
  const Kernel *kernel = run->kernel;
  const long d = run->d, at = run->lengths[row], t = at + 1;
  const long kvHead = head / (kernel->heads / kernel->kvHeads);
  const long place = (row * kernel->kvHeads + kvHead) * run->positions * d;
  float *room = malloc((d + t) * count * sizeof(float));
  if (room == NULL) {
    run->failed = 1;
    return;
  }
  for (int h = 0; h < count; h++)
    rotate(run->query + row * run->queryStride + (head + h) * d, run->cos + at * d / 2, run->sin + at * d / 2, d, room + h * d);
  float *out = run->mixed + (row * kernel->heads + head) * d;
  attend(room, count, run->keys + place, run->values + place, t, d, kernel->scale, room + count * d, out);
  free(room);
}

static void task(void *user, size_t place) {
  Run *run = user;
  const Kernel *kernel = run->kernel;
  const long tasks = kernel->heads / run->together, row = place / tasks, head = place % tasks * run->together;
  const int group = kernel->heads / kernel->kvHeads;
  if (run->together == group) append(run, row, head / group);
  attendHeads(run, row, head, run->together);
}

/* How many heads of a task are done soonest: fewer are shared out more evenly, more read their keys and values once. */
static int headsTogether(const Kernel *kernel, long rows) {
  const int group = kernel->heads / kernel->kvHeads;
  int best = 1;
  long least = LONG_MAX;
  for (int together = 1; together <= group; together++) {
    const long tasks = rows * kernel->heads / together, turns = (tasks + kernel->threads - 1) / kernel->threads;
    const long time = turns * (READING + together);
    if (group % together != 0 || time > least) continue;
    best = together;
    least = time;
  }
  return best;
}

static OrtStatus *compute(Run *run, long rows, OrtKernelContext *context) {
  const Kernel *kernel = run->kernel;
  for (long row = 0; row < rows; row++)
    if (run->lengths[row] < 0 || run->lengths[row] >= run->positions)
      return CreateStatus(kernel->api)(ORT_INVALID_ARGUMENT, "a row is longer than its cache");
  run->together = headsTogether(kernel, rows);
  if (run->together < kernel->heads / kernel->kvHeads)
    for (long row = 0; row < rows; row++)
      for (long kvHead = 0; kvHead < kernel->kvHeads; kvHead++) append(run, row, kvHead);
  TRY(KernelContext_ParallelFor(kernel->api)(context, task, rows * kernel->heads / run->together, 0, run));
  return run->failed ? CreateStatus(kernel->api)(ORT_INVALID_ARGUMENT, "no memory for attention") : NULL;
}

static OrtStatus *computeKernel(void *state, OrtKernelContext *context) {
  const Kernel *kernel = state;
  OrtApi api = kernel->api;
  const OrtValue *inputs[INPUTS];
  OrtValue *outputs[OUTPUTS];
  void *data[INPUTS] = {NULL}, *made[OUTPUTS];
  int64_t query[3], cache[4], table[2];
  for (int i = 0; i < INPUTS; i++) {
    TRY(KernelContext_GetInput(api)(context, i, &inputs[i]));
    if (inputs[i] != NULL) TRY(GetTensorMutableData(api)((OrtValue *)inputs[i], &data[i]));
  }
  TRY(dimsOf(api, inputs[QUERY], query, 3));
  TRY(dimsOf(api, inputs[PAST_KEY], cache, 4));
  TRY(dimsOf(api, inputs[COS], table, 2));
  const int64_t d = cache[3], mixed[] = {query[0], query[1], kernel->heads * d};
  TRY(KernelContext_GetOutput(api)(context, MIXED, mixed, 3, &outputs[MIXED]));
  TRY(KernelContext_GetOutput(api)(context, PRESENT_KEY, cache, 4, &outputs[PRESENT_KEY]));
  TRY(KernelContext_GetOutput(api)(context, PRESENT_VALUE, cache, 4, &outputs[PRESENT_VALUE]));
  for (int i = 0; i < OUTPUTS; i++) TRY(GetTensorMutableData(api)(outputs[i], &made[i]));

  const int inPlace = made[PRESENT_KEY] == data[PAST_KEY] && made[PRESENT_VALUE] == data[PAST_VALUE];
  if (query[1] != 1 || *(int32_t *)data[LONGEST] < 2 || !inPlace)
    return InvokeOp(api)(context, kernel->library, inputs, INPUTS, outputs, OUTPUTS);
  if (table[0] < cache[2] || table[1] * 2 != d || d % (2 * LANES) != 0)
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "the rotary table does not fit the cache");

  const int packed = inputs[KEY] == NULL;
  const float *first = data[QUERY];
  Run run = {
      .kernel = kernel,
      .query = first,
      .key = packed ? first + kernel->heads * d : data[KEY],
      .value = packed ? first + (kernel->heads + kernel->kvHeads) * d : data[VALUE],
      .cos = data[COS],
      .sin = data[SIN],
      .keys = made[PRESENT_KEY],
      .values = made[PRESENT_VALUE],
      .mixed = made[MIXED],
      .lengths = data[LENGTHS],
      .queryStride = query[2],
      .keyStride = packed ? query[2] : kernel->kvHeads * d,
      .positions = cache[2],
      .d = d,
  };
  return compute(&run, query[0], context);
}

static OrtStatus *createLibraryOp(Kernel *kernel, const OrtKernelInfo *info) {
  OrtApi api = kernel->api;
  const int64_t yes = 1, no = 0;
  const struct {
    const char *name;
    const void *value;
    int type;
  } wanted[] = {
      {"num_heads", &kernel->heads, ORT_ATTRIBUTE_INT}, {"kv_num_heads", &kernel->kvHeads, ORT_ATTRIBUTE_INT},
      {"do_rotary", &yes, ORT_ATTRIBUTE_INT},           {"rotary_interleaved", &no, ORT_ATTRIBUTE_INT},
      {"scale", &kernel->scale, ORT_ATTRIBUTE_FLOAT},
  };
  enum { COUNT = sizeof wanted / sizeof *wanted };
  const char *constraints[] = {"T", "T_CACHE", "T_KV_SCALE", "M"};
  const int types[] = {ORT_FLOAT, ORT_FLOAT, ORT_FLOAT, ORT_INT32};
  void *attributes[COUNT] = {NULL};
  OrtStatus *status = NULL;
  for (int i = 0; i < COUNT && status == NULL; i++)
    status = CreateOpAttr(api)(wanted[i].name, wanted[i].value, 1, wanted[i].type, &attributes[i]);
  if (status == NULL)
    status = CreateOp(api)(info, "GroupQueryAttention", "com.microsoft", 1, constraints, types, 4, (const void *const *)attributes, COUNT, INPUTS, OUTPUTS, &kernel->library);
  for (int i = 0; i < COUNT; i++)
    if (attributes[i] != NULL) ReleaseOpAttr(api)(attributes[i]);
  return status;
}

static OrtStatus *createKernel(const OrtCustomOp *op, OrtApi api, const OrtKernelInfo *info, void **out) {
  (void)op;
  Kernel read = {.api = api};
  TRY(KernelInfoGetAttribute_int64(api)(info, "num_heads", &read.heads));
  TRY(KernelInfoGetAttribute_int64(api)(info, "kv_num_heads", &read.kvHeads));
  TRY(KernelInfoGetAttribute_int64(api)(info, "threads", &read.threads));
  TRY(KernelInfoGetAttribute_float(api)(info, "scale", &read.scale));
  TRY(createLibraryOp(&read, info));
  Kernel *kernel = malloc(sizeof *kernel);
  if (kernel == NULL) {
    ReleaseOp(api)(read.library);
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "no memory for attention");
  }
  *kernel = read;
  *out = kernel;
  return NULL;
}

static void destroyKernel(void *state) {
  Kernel *kernel = state;
  ReleaseOp(kernel->api)(kernel->library);
  free(kernel);
}

static const char *nameOf(const OrtCustomOp *op) { return (void)op, "Attention"; }
static size_t inputCount(const OrtCustomOp *op) { return (void)op, INPUTS; }
static size_t outputCount(const OrtCustomOp *op) { return (void)op, OUTPUTS; }
static int inputType(const OrtCustomOp *op, size_t i) { return (void)op, i == LENGTHS || i == LONGEST ? ORT_INT32 : ORT_FLOAT; }
static int inputKind(const OrtCustomOp *op, size_t i) { return (void)op, i == KEY || i == VALUE ? ORT_OPTIONAL : ORT_REQUIRED; }

static const OrtCustomOp ATTENTION = OPERATOR(nameOf, createKernel, computeKernel, destroyKernel, inputCount, inputType, inputKind, outputCount, numbers);
