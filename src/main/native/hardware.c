/*
 * Stands in for the libraries by which FFmpeg decodes on graphics hardware (libva, libva-drm, libdrm).
 * Its build for arm64 links them but does not bring them, and a server does not have them; Parley
 * never asks for such hardware. Every function that FFmpeg imports says that there is none: as a
 * status of libva, VA_STATUS_ERROR_UNIMPLEMENTED (va/va.h), else as a null pointer.
 *
 * dev/build-natives makes one library of each part.
 */
#define ABSENT(function) long function(void) { return STATUS; }

#ifdef LIBVA
#define STATUS 0x14
ABSENT(vaAcquireBufferHandle) ABSENT(vaBeginPicture) ABSENT(vaCreateBuffer) ABSENT(vaCreateConfig)
ABSENT(vaCreateContext) ABSENT(vaCreateImage) ABSENT(vaCreateSurfaces) ABSENT(vaDeriveImage)
ABSENT(vaDestroyBuffer) ABSENT(vaDestroyConfig) ABSENT(vaDestroyContext) ABSENT(vaDestroyImage)
ABSENT(vaDestroySurfaces) ABSENT(vaEndPicture) ABSENT(vaEntrypointStr) ABSENT(vaErrorStr)
ABSENT(vaExportSurfaceHandle) ABSENT(vaGetConfigAttributes) ABSENT(vaGetImage) ABSENT(vaInitialize)
ABSENT(vaMapBuffer) ABSENT(vaMaxNumEntrypoints) ABSENT(vaMaxNumImageFormats)
ABSENT(vaMaxNumProfiles) ABSENT(vaProfileStr) ABSENT(vaPutImage) ABSENT(vaQueryConfigEntrypoints)
ABSENT(vaQueryConfigProfiles) ABSENT(vaQueryImageFormats) ABSENT(vaQuerySurfaceAttributes)
ABSENT(vaQueryVendorString) ABSENT(vaQueryVideoProcFilterCaps) ABSENT(vaQueryVideoProcPipelineCaps)
ABSENT(vaReleaseBufferHandle) ABSENT(vaRenderPicture) ABSENT(vaSetDriverName)
ABSENT(vaSetErrorCallback) ABSENT(vaSetInfoCallback) ABSENT(vaSyncBuffer) ABSENT(vaSyncSurface)
ABSENT(vaTerminate) ABSENT(vaUnmapBuffer)
#endif

#ifdef LIBVA_DRM
#define STATUS 0
ABSENT(vaGetDisplayDRM)
#endif

#ifdef LIBDRM
#define STATUS 0
ABSENT(drmFreeDevice) ABSENT(drmFreeVersion) ABSENT(drmGetDevice) ABSENT(drmGetNodeTypeFromFd)
ABSENT(drmGetRenderDeviceNameFromFd) ABSENT(drmGetVersion)
#endif
