export * from "./core/model/index.ts";
