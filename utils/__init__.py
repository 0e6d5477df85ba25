"""The series' shared module: small rooms, one subject each, and nothing loaded until you ask for a room.

paths        where the series lives            backend      Keras on TensorFlow, without start-up noise
mnist        the verified digits, the split    networks     LeNet-5 and its relatives
images       pixels in, pixels out             training     seeds, schedule, fit with progress
area         what area means                   evaluation   errors and their intervals
lesson       parameters, checkpoints, results  plots        every picture, with its alt text
rerun        run notebooks with papermill      exercises    the answers the exercises accept
refresh      re-execute committed notebooks    experiments  what needs many runs: classifier (ch. 4)
measurements record these experiments
"""
