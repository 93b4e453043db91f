# Sourced by the benchmarks of speech, which have set $root.

# Prints a small set made of the recordings of the tests: enough to see that a benchmark runs. The recordings of a real
# comparison are yours to give; bench/recordings.py says what a set is.
own_set() {
  folder=$root/target/bench/recordings
  [ -e "$folder/manifest.tsv" ] || {
    rm -rf "$folder.new"
    "$("$root/dev/install" faster-whisper)" "$root/bench/recordings.py" "$root/src/test/resources/speech" "$folder.new" >&2
    mv "$folder.new" "$folder"
  }
  echo "$folder"
}

# Compiles the classes of the tests, some of which benchmarks run.
compile_tests() {
  [ -d "$root/target/test-classes/parley" ] || (cd "$root" && mvn -q -B test-compile >&2)
  [ -f "$root/target/bench/classpath" ] || {
    mkdir -p "$root/target/bench"
    (cd "$root" && mvn -q -B dependency:build-classpath -Dmdep.outputFile="$root/target/bench/classpath" >&2)
  }
}

# Runs a class in the root folder.
run_java() {
  (cd "$root" && "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx256m --enable-native-access=ALL-UNNAMED \
    -cp "target/classes:target/test-classes:$(cat "$root/target/bench/classpath")" "$@")
}
