/** Asks again every 20 ms. @throws when it never comes true. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, seconds = 15): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
