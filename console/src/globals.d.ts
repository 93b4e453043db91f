declare module "*.css";
/** The address of the audio worklet's module. */
declare const RECORDER_MODULE: string;
