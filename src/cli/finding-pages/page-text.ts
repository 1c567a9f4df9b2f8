/** A page of `restart explain`: what the code means, and what to do. By code. */
export type PageTexts = Readonly<Record<string, readonly [means: string, todo: string]>>;
