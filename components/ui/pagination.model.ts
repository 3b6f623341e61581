/** Which part of a list a page shows. */
export interface PageOf {
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** First and last entry shown, from 1; both 0 where there is none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly size: number;
}

/** The page that was asked for, or the nearest one that there is. */
export function pageOf(asked: number, size: number, total: number): PageOf {
  const pages = Math.max(1, Math.ceil(total / size));
  const page = Math.min(Math.max(1, Number.isSafeInteger(asked) ? asked : 1), pages);
  const first = total === 0 ? 0 : (page - 1) * size + 1;
  return { page, pages, first, last: Math.min(page * size, total), total, size };
}

/** The `page` of an address, 1 where there is none or nonsense. */
export function askedPage(value: string | string[] | undefined): number {
  const number = Number(Array.isArray(value) ? value[0] : value);
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}
