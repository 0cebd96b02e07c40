/** Changes with every change of any verdict; part of an evaluation's identity. */
export const verifierVersion = 'typed-2';
