"""The series' shared module: small rooms, one subject each, and nothing loaded until you ask for a room.

paths        where the series lives            backend      Keras on TensorFlow, fast and without start-up noise
mnist        the verified digits, the split    networks     LeNet-5 and its relatives
images       pixels in, pixels out             training     seeds, schedule, fit with progress
area         what area means                   evaluation   errors and their intervals
overfitting  the diagnosis of a history        histories    histories of known diagnosis, to test it on
lesson       parameters, checkpoints, results  plots        every picture, with its alt text
rerun        run notebooks with papermill      exercises    the answers the exercises accept
refresh      re-execute committed notebooks    measurements record experiments as tables
sweep        a notebook over a grid            trial        one run of a sweep, in its own process
workers      jobs on Dask, here or elsewhere   publish      give the repository another home
lenet1998    the network as published          sdlm         the optimizer of 1998
distortions  random distortions of images      chapter_costs  seconds and memory of each chapter

What needs many runs: experiments (chapter 4), area_experiments (5), overfitting_experiments and
history_experiments (6), lenet1998_experiments (7).
"""
