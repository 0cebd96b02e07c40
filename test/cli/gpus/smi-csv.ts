/** What `nvidia-smi` prints of two GPUs, of which the second does not say what it can. */
export const SMI_CSV =
  'GPU-8932f937-d72c-4106-8c9f-2a1b9c4a0d5e, NVIDIA H100 80GB HBM3, 81559, 9.0\n' +
  'GPU-5b4c11aa-0b2e-4f5c-9d3f-7f8e6a5b4c3d, NVIDIA L4, 23034, [N/A]\n';
