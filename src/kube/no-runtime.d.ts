// Importing one type of @kubernetes/client-node brings Node's ambient types along: the packages it is built on refer to them.
// The tsconfig files of folders that know no runtime map those packages here, so that `process` and `node:fs` do not type-check.
export {};
