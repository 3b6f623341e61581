/** Columns repeat their values in runs: a tenant's key in all rows, a parent's in those of its children. */

/** Ids are shorter. */
const SHORT = 64;

/** Gives a function that says whether a value is that of the call before. Of longer values it never says so. */
export function createRepeats(): (value: Uint8Array) => boolean {
  const last = new Uint8Array(SHORT);
  let length = -1;
  return (value) => {
    if (value.length === length) {
      let at = 0;
      while (at < length && value[at] === last[at]) at++;
      if (at === length) return true;
    }
    length = value.length <= SHORT ? value.length : -1;
    for (let at = 0; at < length; at++) last[at] = value[at] as number;
    return false;
  };
}
