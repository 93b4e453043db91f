#!/bin/sh
# Compares Parley's recognition with faster-whisper on the same recordings, the same weights, the same threads:
# each in turn, as often as asked, so that a busy machine disturbs both alike.
#
#   run.sh SET MODEL PYTHON ROUNDS [KIND]
#
# SET     folder with manifest.tsv and the recordings (scored as its referee does)
# MODEL   folder with faster-whisper's files of the same Whisper
# PYTHON  that has faster-whisper 1.2.1, jiwer and whisper_normalizer
# KIND    folder of the set to run (wer)
# Needs the compiled classes (mvn test-compile); the results and the figures go to target/bench/speech.
set -eu
set_folder=$1 model=$2 python=$3 rounds=$4 kind=${5:-wer}
here=$(dirname "$0")
root=$(cd "$here/../.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
results=$root/target/bench/speech
mkdir -p "$results"
[ -f "$results/classpath" ] || (cd "$root" && mvn -q -B dependency:build-classpath -Dmdep.outputFile="$results/classpath")
find "$set_folder/$kind" -name '*.flac' | sort > "$results/files"
round=1
while [ "$round" -le "$rounds" ]; do
  (cd "$root" && "$java" -Xmx256m --enable-native-access=ALL-UNNAMED \
    -cp "target/classes:target/test-classes:$(cat "$results/classpath")" \
    parley.speech.engine.RecognitionBenchmark models 2 target/ffmpeg - \
    < "$results/files" > "$results/parley-$round.tsv")
  "$python" "$here/faster_whisper_peer.py" "$model" 2 - < "$results/files" > "$results/faster-whisper-$round.tsv"
  round=$((round + 1))
done
"$python" "$here/score.py" "$set_folder" "$results"/parley-*.tsv "$results"/faster-whisper-*.tsv | tee "$results/figures.txt"
