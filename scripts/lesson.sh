#!/usr/bin/env bash
# A lesson on gradient descent, question by question: each with the command to type, what it prints,
# and the answer. Every number can be computed by hand. Without --no-plot the commands draw as well.
#
#   scripts/lesson.sh        with build/descent, or the descent that DESCENT names; the two networks
#                            at the end go to models, or the folder that LESSON_RUNS names
set -euo pipefail

cd "$(dirname "$0")/.."
descent=${DESCENT:-build/descent}
runs=${LESSON_RUNS:-models}

if [ ! -x "$descent" ]; then
    echo "lesson: expected the command at $descent: build it first (scripts/build.sh build)" >&2
    exit 1
fi

number=0

# Shows a command, in lines that can be typed as they are, and runs it.
show() {
    local argument line='$ build/descent'
    for argument in "$@"; do
        case $argument in
        *[\ ^*]*) line+=" \"$argument\"" ;;
        *) line+=" $argument" ;;
        esac
    done
    printf '%s\n' "$line" | fold -s -w 74 | sed -e '2,$s/^/    /' -e '$!s/ *$/ \\/'
    "$descent" "$@"
}

# The question, then the command's arguments.
ask() {
    number=$((number + 1))
    printf '\n%d. %s\n\n' "$number" "$1" | fold -s -w 79 | sed 's/ *$//'
    shift
    show "$@"
}

answer() {
    printf '\n=> %s\n' "$1" | fold -s -w 79 | sed 's/ *$//'
}

cat <<'END'
Gradient descent looks for the lowest place of a function, the loss. It looks
only at the slope where it stands, and takes a step downhill:

    new place = old place - learning rate * slope
END

ask "Where does one step lead, from 3, where the slope is 2.5, with a learning rate of 0.1?" \
    walk line --slope 2.5 --from 3 --lr 0.1 --steps 1 --no-plot
answer "To 3 - 0.1 * 2.5 = 2.75: the line rises to the right, so downhill is to the left."

ask "And where the slope is negative: -3, from 5, with a learning rate of 0.2?" \
    walk line --slope -3 --from 5 --lr 0.2 --steps 1 --no-plot
answer "To 5 - 0.2 * (-3) = 5.6, to the right: minus the slope is downhill on either side."

ask "What if the slope is small: 0.001, from 1, with a learning rate of 0.1?" \
    walk line --slope 0.001 --from 1 --lr 0.1 --steps 1 --no-plot
answer "The step is 0.1 * 0.001 = 0.0001 long, and leads to 0.9999: where it is flat, steps are short."

ask "How does it find the lowest place of a parabola, (w - 2)^2, whose slope is 2 (w - 2)?" \
    walk parabola --from 6 --lr 0.3 --steps 5 --no-plot
answer "The distance to 2 shrinks by a factor of 1 - 0.3 * 2 = 0.4 a step: 4, 1.6, 0.64, 0.256, 0.1024, 0.04096. The steps become shorter by themselves, since the slope does."

ask "What does the learning rate do?" \
    walk parabola --compare-lr 0.01,0.3,0.9,1.2 --no-plot
answer "The factor is 1 - 2 * rate. With 0.01 it is 0.98: slow. With 0.3 it is 0.4: fast. With 0.9 it is -0.8: each step goes too far, but lands nearer. With 1.2 it is -1.4: each step lands farther away."

ask "Where is the limit?" \
    walk parabola --compare-lr 0.99,1,1.01 --steps 500 --no-plot
answer "At 2 / curvature = 2 / 2 = 1, where the factor is -1: it swings between 6 and -2 for ever. Just below, at 0.99, it converges in 411 steps; just above, at 1.01, it diverges."

ask "Which way is downhill where there are two variables, as in x^2 + 3 y^2?" \
    walk "x^2 + 3*y^2" --from 3,2 --lr 0.1 --steps 4 --no-plot
answer "Against the gradient, (2x, 6y), which at (3, 2) is (6, 12): the step is (-0.6, -1.2), at a right angle to the contour line. That is not the way to the minimum: y shrinks by 0.4 a step, x by 0.8."

ask "Why is a long valley hard? Across, this one is 100 times as steep as along." \
    walk ravine --compare-lr 0.01,0.0198,0.021 --steps 400 --no-plot
answer "The steep side sets the limit, 2 / 100 = 0.02; along the valley the factor is then still 1 - 0.02 = 0.98 at best. That is 114 steps for each decimal place."

ask "What does momentum do, which lets each step remember the one before?" \
    walk quadratic --map momentum --no-plot
answer "Across the valley the steps cancel, along it they add up. At its best the factor falls from 99/101 = 0.980198 to 9/11 = 0.818182 a step: a decimal place in 11.5 steps in place of 115."

ask "Does it always find the lowest place?" \
    walk quartic --from -2 --lr 0.05 --steps 60 --no-plot
answer "No: it stays in the first valley it comes to, at w = -1, where the loss is 2.25; the lower one is at w = 2, behind a hill. With --momentum 0.9 --steps 600 it rolls over the hill."

ask "What if the gradient vanishes where there is no valley?" \
    walk saddle --from 1.5,0 --lr 0.1 --steps 60 --no-plot
answer "On the ridge of a saddle it ends at the pass, (0, 0): downhill is to both sides, but the slope there is 0. x shrinks by 1 - 0.1 * 2 = 0.8 a step, y stays 0."

ask "How does it leave a saddle?" \
    walk saddle --from 1.5,0 --noise 0.01 --steps 150 --no-plot
answer "A little noise is enough: whatever it adds to y grows by 1 + 0.1 * 2 = 1.2 a step, until the walk falls into a valley at y = 1.41421 or y = -1.41421. The minibatches of a training make such noise by themselves."

ask "And what does noise do at the minimum?" \
    walk parabola --lr 0.1 --noise 1 --steps 200 --no-plot
answer "It keeps the walk from coming to rest: its places spread around 2 with a standard deviation of 0.1 / sqrt(1 - 0.8^2) = 0.166667. A learning rate that falls (--schedule cosine) averages the noise."

ask "How far may a step go in a network, whose loss has thousands of variables?" \
    train digits --limit 300 --validation 0 --hidden 64,64 --activation tanh --loss mse \
    --batch full --optimizer sgd --schedule constant --lr 0.4 --epochs 1000 --force --quiet \
    --out "$runs/edge"
show sharpness "$runs/edge"
answer "As far as on a parabola: up to 2 / curvature, that of the direction in which the loss bends most. Training finds this limit by itself: with a learning rate of 0.4 the curvature climbs to about 2 / 0.4 = 5 and stays there, where the steps begin to swing. That is the edge of stability; train --log-sharpness and plot --what sharpness draw it."

ask "Is it a minimum where a network's gradient vanishes?" \
    train digits --validation 0 --hidden 16 --activation tanh --init zeros --batch full \
    --optimizer sgd --schedule constant --lr 0.5 --epochs 300 --force --quiet --out "$runs/zeros"
show sharpness "$runs/zeros"
answer "Not here: where all weights are 0, no weight has a slope, and the loss stays near that of guessing, ln 10 = 2.302585. But the loss bends downwards as much as upwards, the smallest eigenvalue is minus the largest: a saddle. That is why a training starts from random weights."
