import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { told } from "../api";

export interface Loaded<T> {
  data: T | undefined;
  error: string;
  reload: () => Promise<void>;
  replace: (change: (data: T) => T) => void;
}

/** Loads something when a component is first shown, and when one of the inputs changes. */
export function useLoad<T>(load: () => Promise<T>, inputs: unknown[] = []): Loaded<T> {
  const [state, setState] = useState<{ data: T | undefined; error: string }>({ data: undefined, error: "" });
  const latest = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++latest.current;
    try {
      const data = await load();
      if (mine === latest.current) setState({ data, error: "" });
    } catch (failure) {
      if (mine === latest.current) setState((before) => ({ ...before, error: told(failure) }));
    }
  }, inputs);
  useEffect(() => {
    setState({ data: undefined, error: "" });
    void reload();
    return () => {
      latest.current++;
    };
  }, inputs);
  const replace = useCallback((change: (data: T) => T) => {
    setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) }));
  }, []);
  return { ...state, reload, replace };
}

/** Runs an action once at a time and keeps what went wrong. */
export function useAction(): { busy: boolean; error: string; run: (action: () => Promise<unknown>) => Promise<boolean>; clear: () => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const run = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError("");
    try {
      await action();
      return true;
    } catch (failure) {
      setError(told(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, clear: () => setError("") };
}
