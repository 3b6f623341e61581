// What next-env.d.ts says, which only a build writes: types are checked in a clone that was never built, too.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
