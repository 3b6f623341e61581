/**
 * What a mapper gives for a text that is not of the form it maps. The type's input function would refuse it as
 * well; a mapper must not let it pass as "nothing to change", and null already means SQL NULL.
 */
export const MALFORMED: unique symbol = Symbol("malformed");

/** The text with its ids replaced, undefined where nothing changes, or MALFORMED. */
export type Mapped = Buffer | undefined | typeof MALFORMED;

/**
 * Maps one id's text: the new text, null for "nothing" (an array's NULL, json's null), undefined to keep it. Its
 * result is copied at once, so it may be a view that lasts until the next call; so is what it is given.
 */
export type IdMapper = (id: Buffer) => Buffer | null | undefined;
