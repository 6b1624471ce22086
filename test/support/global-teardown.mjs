export default async function globalTeardown() {
  await globalThis.mingzhangTest.postgres.stop();
}
