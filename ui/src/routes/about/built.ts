/** What is built into the app and does the most in it, each under its own licence. `Cargo.lock` names the rest. */
export const built: [name: string, licence: string][] = [
  ['Tauri', 'MIT / Apache-2.0'],
  ['Svelte', 'MIT'],
  ['Bits UI', 'MIT'],
  ['virtua', 'MIT'],
  ['Lucide', 'ISC'],
  ['SQLCipher', 'BSD-3-Clause'],
  ['rustls', 'MIT / Apache-2.0 / ISC'],
  ['reqwest', 'MIT / Apache-2.0'],
  ['hpke', 'MIT / Apache-2.0'],
  ['ed25519-dalek', 'BSD-3-Clause'],
  ['argon2', 'MIT / Apache-2.0'],
  ['keyring', 'MIT / Apache-2.0'],
];
