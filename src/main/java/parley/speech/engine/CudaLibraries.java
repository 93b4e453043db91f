package parley.speech.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime's build for NVIDIA GPUs and the CUDA libraries that it needs, in a folder as `pip
/// install --target` makes it. What Parley brings computes on the CPU only.
final class CudaLibraries {
  /// The only version whose native part fits the Java part that Parley brings; as in pom.xml.
  static final String VERSION = "1.29.0";

  private static final String PROVIDER = "libonnxruntime_providers_cuda.so";
  private static final String SHARED = "libonnxruntime_providers_shared.so";

  /// As Maven's and as PyPI's packages call it.
  private static final List<String> RUNTIME =
      List.of("libonnxruntime.so", "libonnxruntime.so." + VERSION);

  private static final String JAVA_PART = "libonnxruntime4j_jni.so";

  /// How ONNX Runtime's Java part is told where its native parts are: all in one folder, or each.
  private static final String FOLDER = "onnxruntime.native.path";

  private static final String RUNTIME_FILE = "onnxruntime.native.onnxruntime.path";
  private static final String JAVA_PART_FILE = "onnxruntime.native.onnxruntime4j_jni.path";

  /// Libraries of CUDA that others are looked up in by name, each after those that it needs.
  private static final List<String> CUDA =
      List.of(
          "libcudart",
          "libnvJitLink",
          "libnvrtc",
          "libcublasLt",
          "libcublas",
          "libcurand",
          "libcufft",
          "libcudnn");

  private static final Pattern CUDA_FILE = Pattern.compile("(lib\\w+)\\.so\\.\\d+");

  /// Folders below the one that the operator names:
  /// `lib/python3.12/site-packages/onnxruntime/capi`.
  private static final int DEPTH = 7;

  private static final Pattern MISSING =
      Pattern.compile("(lib[^\\s:/]+\\.so[.\\d]*): cannot open shared object file");

  private static @Nullable String gpu;

  private CudaLibraries() {}

  /// Loads ONNX Runtime from a folder, with the CUDA libraries that are also there; others are
  /// those that the system's loader finds. A process does this once, before any model is loaded.
  ///
  /// @return the name of the GPU
  /// @throws IOException with one line that says what is missing and what to do
  static synchronized String use(Path folder) throws IOException {
    if (gpu == null) {
      gpu = load(folder);
    }
    return gpu;
  }

  private static String load(Path folder) throws IOException {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      throw unusable("that needs Linux on x86-64");
    }
    Path runtime = runtime(folder);
    String name = CudaDriver.gpu();
    List<Path> cuda = files(folder, CUDA_FILE.asMatchPredicate());
    for (String library : CUDA) {
      cuda.stream()
          .filter(file -> file.getFileName().toString().startsWith(library + ".so."))
          .findFirst()
          .ifPresent(file -> CudaDriver.library(file.toString()));
    }
    redirect(runtime);
    requireVersion(runtime, Sessions.environment().getVersion());
    try (OrtSession.SessionOptions _ = Sessions.onGpu(1)) {
      return name;
    } catch (OrtException e) {
      throw unusable(explanation(folder, ModelFiles.inOneLine(e)));
    }
  }

  /// Returns ONNX Runtime's library, beside which are those for CUDA.
  private static Path runtime(Path folder) throws IOException {
    Path provider =
        files(folder, PROVIDER::equals).stream()
            .findFirst()
            .orElseThrow(() -> lacks(folder, PROVIDER));
    Path found = provider.resolveSibling("").toAbsolutePath().normalize();
    if (!Files.isRegularFile(found.resolve(SHARED))) {
      throw lacks(folder, SHARED);
    }
    return RUNTIME.stream()
        .map(found::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> lacks(folder, RUNTIME.getLast()));
  }

  private static List<Path> files(Path folder, Predicate<String> name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all =
        Files.find(
            folder,
            DEPTH,
            (file, attributes) ->
                name.test(file.getFileName().toString()) && attributes.isRegularFile(),
            FileVisitOption.FOLLOW_LINKS)) {
      return all.sorted().toList();
    }
  }

  private static IOException lacks(Path folder, String file) {
    return unusable(
        "there is no %s in %s (speech.cuda_libraries); install it: %s"
            .formatted(file, folder, installing(folder)));
  }

  static IOException unusable(String why) {
    return new IOException("speech.device is \"cuda\", but " + why);
  }

  /// The command that installs all libraries.
  private static String installing(Path folder) {
    return "pip install --target %s 'onnxruntime-gpu[cuda,cudnn]==%s'".formatted(folder, VERSION);
  }

  /// Has ONNX Runtime's Java part, when it is first used, load that native part in place of ours.
  private static void redirect(Path runtime) {
    String own = System.clearProperty(FOLDER);
    if (own != null) {
      System.setProperty(JAVA_PART_FILE, Path.of(own, JAVA_PART).toAbsolutePath().toString());
    }
    System.setProperty(RUNTIME_FILE, runtime.toAbsolutePath().toString());
  }

  private static void requireVersion(Path runtime, String version) throws IOException {
    if (!version.equals(VERSION)) {
      throw unusable("%s is version %s, not %s".formatted(runtime, version, VERSION));
    }
  }

  private static String explanation(Path folder, String message) {
    Matcher missing = MISSING.matcher(message);
    return missing.find()
        ? "%s is missing; install it: %s".formatted(missing.group(1), installing(folder))
        : message;
  }
}
