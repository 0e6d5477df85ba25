"""The series' shared module: small rooms, one subject each, and nothing loaded until you ask for a room.

What a learner imports, here:

paths        where the series lives            backend      Keras on TensorFlow, fast and without start-up noise
mnist        the verified digits, the split    images       pixels in, pixels out
scenes       digits in good light and bad      pipeline     fixed steps that measure them
augmentation random changes of images          area         what area means
networks     LeNet-5 and its relatives         training     seeds, the schedule, fit with progress
recipes      how a network is trained          devices      networks in LiteRT files
evaluation   errors and their intervals        plots        every picture, with its alt text
diagnosis    the diagnosis of a history        histories    histories of known diagnosis, to test it on
lenet1998    the network as published          levenberg_marquardt  the optimizer of 1998
lesson       parameters, checkpoints, results  exercises    the answers the exercises accept
saving       networks in files for others      models       the released networks
records      recorded tables, files of results provenance   where a number comes from
verdicts     what each verdict rests on

experiments  what needs many runs, and makes the recorded tables
machinery    what runs the series from outside: reruns, sweeps, recorded tables, committed outputs

Commands: `python -m utils.rerun`, `python -m utils.measurements`, `python -m utils.bench`, `python -m utils.about`,
`python -m utils.student`, `python -m utils.grade`.
Imports go one way: the rooms here import none of `experiments`, which imports none of `machinery`, which the commands import.
"""
