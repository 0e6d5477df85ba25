"""What needs many runs: the experiments behind the recorded tables, a room for each subject.

tasks            digits and their targets      tables           every recorded table and what makes it
variants         activations, poolings, frames, shifts   rates_above      one rate more (chapter 7)
few_images       LeNet-5 and an SVM (chapter 7)          peeking          what a choice flatters (chapter 7)
recipes          three recipes, epoch by epoch           held_out         digits to choose and to judge by
race             seconds to 99% and for an epoch (chapter 7)  speed        against plain Keras and the processor
crossing         pipeline and networks in scenes         middle           the pipeline, and other light (chapter 8)
heads            losses and outputs for areas            intervals        for single answers (chapter 8)
area_regression  ways to start, flips and turns (chapter 8)  chapters     seconds and memory of each chapter
curve_tuning     what is tuned for the learning curves   curve_edge       beyond the range that was tried (chapter 9)
learning_curves  errors against the number of images     noisy_labels     learning wrong labels, and finding them
capacity         errors against the width                remedies         what each is worth (chapter 9)
leaks            what looks better than it is (chapter 9)     histories    runs that go wrong on purpose (chapter 6)
published        the network of 1998 (chapter 10)        ladder           from it to today's (chapter 11)
ladder_edges     rates beyond the ladder's (chapter 11)  best             the best plain LeNet-5 (chapter 11)

Each table is a generator of rows; `python -m utils.measurements NAME` records one. With a parameter `seeds`, a seed is a
part that can be made on its own.
"""
