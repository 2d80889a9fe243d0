#!/bin/sh
# Draws the sample clips anew with the sandbox's own scenes and ffmpeg's generators, and writes data.ts.
# Needed only to change them: node 24, ffmpeg with libx264 and libmp3lame, bc. Run from anywhere.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node "$here/../draw-stills.ts" "$work"
cd "$work"
exact="-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"

# name still size seconds zoom x tone
video() {
  ffmpeg -v error -y -loop 1 -t "$4" -framerate 24 -i "$2.png" \
    -f lavfi -t "$4" -i "sine=frequency=$7:sample_rate=44100,tremolo=f=2:d=0.5,volume=0.2,afade=t=in:d=0.5,afade=t=out:st=$(echo "$4-0.6" | bc):d=0.6" \
    -vf "zoompan=z='$5':x='$6':y='(ih-ih/zoom)/2':d=1:s=$3:fps=24,format=yuv420p" \
    -c:v libx264 -profile:v main -preset slow -crf 30 -g 24 -c:a aac -b:a 32k -ac 1 -shortest -movflags +faststart $exact "$1.mp4"
  ffmpeg -v error -y -i "$1.mp4" -frames:v 1 -q:v 5 "$1.jpg"
}
# name still size zoom x: two seconds that end where they begin, without sound
gif() {
  ffmpeg -v error -y -loop 1 -t 2 -framerate 20 -i "$2.png" -vf "zoompan=z='$4':x='$5':y='(ih-ih/zoom)/2':d=1:s=$3:fps=20,format=yuv420p" \
    -an -c:v libx264 -profile:v main -preset slow -crf 30 -movflags +faststart $exact "$1.mp4"
  ffmpeg -v error -y -i "$1.mp4" -frames:v 1 -q:v 5 "$1.jpg"
}
# file seconds frequency codec…: a chord of three sines
audio() {
  file=$1 seconds=$2 tone=$3
  shift 3
  ffmpeg -v error -y -f lavfi -i "sine=frequency=$tone:duration=$seconds" -f lavfi -i "sine=frequency=$(echo "$tone*1.25" | bc):duration=$seconds" \
    -f lavfi -i "sine=frequency=$(echo "$tone*1.5" | bc):duration=$seconds" \
    -filter_complex "[0][1][2]amix=3,tremolo=f=1.5:d=0.6,volume=0.8,afade=t=in:d=0.4,afade=t=out:st=$(echo "$seconds-1" | bc):d=1" \
    -ac 1 -ar 44100 $exact "$@" "$file"
}
video video-ridges ridges 640x360 5 "1+in/600" "(iw-iw/zoom)/2" 220
video video-sea sea 640x360 6 "1.2" "(iw-iw/zoom)*in/144" 247
video video-night night 360x640 4 "1.25-in/500" "(iw-iw/zoom)/2" 196
video video-forest forest 640x360 5 "1.25" "(iw-iw/zoom)*(1-in/120)" 262
video video-table table 640x360 3 "1+in/300" "(iw-iw/zoom)*in/72" 294
video video-waves waves 480x480 4 "1.1+0.08*sin(in/15)" "(iw-iw/zoom)/2" 330
gif gif-sea gif-sea 400x300 "1.15+0.1*sin(2*PI*in/40)" "(iw-iw/zoom)/2"
gif gif-waves gif-waves 320x320 "1.3" "(iw-iw/zoom)*(0.5+0.5*sin(2*PI*in/40))"
audio audio-low.m4a 5 196 -c:a aac -b:a 40k -movflags +faststart
audio audio-high.m4a 4 294 -c:a aac -b:a 40k -movflags +faststart
audio audio-mid.mp3 6 247 -c:a libmp3lame -b:a 40k
{
  echo '/** Made by make.sh: the sample clips and their first frames as base64, so that they are there in a bundle too. */'
  echo 'export const SAMPLE_DATA: Readonly<Record<string, string>> = {'
  for file in *.mp4 *.m4a *.mp3 *-*.jpg; do
    printf "  '%s':\n    '%s',\n" "$file" "$(base64 -w0 "$file")"
  done
  echo '};'
} >"$here/data.ts"
