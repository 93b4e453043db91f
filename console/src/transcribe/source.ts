// Where a stored recording can be played from.

import { useCallback, useEffect, useState } from "preact/hooks";
import { get, send, told } from "../api";
import type { Media } from "../types";

export interface Source {
  url: string;
  video: boolean;
  error: string;
  renew: () => void;
}

/** What is loaded as a whole where it cannot be streamed from this server. */
const MAX_LOADED_BYTES = 256_000_000;

/** An address for the file of a media entry, or one of a file that is at hand. */
export function useSource(mediaId: string | undefined, atHand?: File): Source {
  const [source, setSource] = useState({ url: "", video: false, error: "" });
  const load = useCallback(async () => {
    if (atHand) {
      setSource({ url: URL.createObjectURL(atHand), video: atHand.type.startsWith("video/"), error: "" });
    } else if (mediaId) {
      try {
        const media = await get<Media>(`/v1/media/${mediaId}/info`);
        setSource({ url: await address(media), video: media.mime_type.startsWith("video/"), error: "" });
      } catch (failure) {
        setSource({ url: "", video: false, error: told(failure) });
      }
    }
  }, [mediaId, atHand]);
  useEffect(() => void load(), [load]);
  useEffect(() => () => { if (source.url.startsWith("blob:")) URL.revokeObjectURL(source.url); }, [source.url]);
  return { ...source, renew: () => void load() };
}

/** A link of this server; the page may not load from others, such as a bucket's server. */
export async function address({ media_id, size }: Media): Promise<string> {
  const { url } = await get<{ url: string }>(`/v1/media/signed/${media_id}`);
  const link = new URL(url, location.href);
  if (link.origin === location.origin || size > MAX_LOADED_BYTES) return link.href;
  return URL.createObjectURL(await (await send("GET", `/v1/media/download/${media_id}`)).blob());
}
