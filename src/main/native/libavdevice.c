/*
 * Stands in for FFmpeg's libavdevice, which reaches cameras, screens and sound cards and therefore
 * needs libxcb, libasound and libpulse. ffmpeg and ffprobe are linked to it and would not start on
 * a server without those, though Parley never opens a device. Here are the functions that the two
 * programs import, for no devices at all; their signatures are those of libavdevice/avdevice.h.
 *
 * dev/build-natives makes src/main/resources/ffmpeg/<platform>/libavdevice.so.62 of it.
 */
#include <errno.h>
#include <stddef.h>

/* The version of the headers that the programs were built with: 62.1.100, FFmpeg 8.0. */
unsigned avdevice_version(void) { return 62 << 16 | 1 << 8 | 100; }
const char *avdevice_configuration(void) { return "no devices (Parley)"; }
const char *avdevice_license(void) { return "Apache-2.0"; }

void avdevice_register_all(void) {}

const void *av_input_audio_device_next(const void *last) { return NULL; }
const void *av_input_video_device_next(const void *last) { return NULL; }
const void *av_output_audio_device_next(const void *last) { return NULL; }
const void *av_output_video_device_next(const void *last) { return NULL; }

int avdevice_list_devices(void *context, void **list) { return -ENOSYS; }
int avdevice_list_input_sources(const void *device, const char *name, void *options, void **list) { return -ENOSYS; }
int avdevice_list_output_sinks(const void *device, const char *name, void *options, void **list) { return -ENOSYS; }
void avdevice_free_list_devices(void **list) {}
