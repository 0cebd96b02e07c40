/*
 * Operators of the domain `oneshot` for ONNX Runtime, each with the library's own bits: see docs/decisions/0032.
 */
#include "attention-operator.h"
#include "digest-operator.h"
#include "products-operator.h"
#include "row-operators.h"

static const OrtCustomOp *const OPERATORS[] = {&ATTENTION, &QUANTIZE_ROWS, &GATE_ROWS, &ADD_AND_NORM_ROWS, &MULTIPLY_BYTES, &MULTIPLY_NIBBLES, &DIGEST};

/* The domain, made once for a process: sessions refer to it as long as they live. */
static OrtStatus *domainOf(OrtApi api, void **out) {
  static void *shared;
  *out = __atomic_load_n(&shared, __ATOMIC_ACQUIRE);
  if (*out != NULL) return NULL;
  void *made, *before = NULL;
  TRY(CreateCustomOpDomain(api)("oneshot", &made));
  for (size_t i = 0; i < sizeof OPERATORS / sizeof *OPERATORS; i++) TRY(CustomOpDomain_Add(api)(made, OPERATORS[i]));
  if (__atomic_compare_exchange_n(&shared, &before, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    *out = made;
    return NULL;
  }
  ReleaseCustomOpDomain(api)(made); /* another thread was faster */
  *out = before;
  return NULL;
}

/* What ONNX Runtime calls where a session is given this library. */
OrtStatus *RegisterCustomOps(void *options, const OrtApiBase *base) {
  OrtApi api = base->GetApi(ORT_API);
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    return CreateStatus(api)(ORT_INVALID_ARGUMENT, "this processor has no AVX2");
  void *domain;
  TRY(domainOf(api, &domain));
  return AddCustomOpDomain(api)(options, domain);
}
