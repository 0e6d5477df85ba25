"""The series' shared module: small rooms, one subject each, and nothing loaded until you ask for a room.

paths        where the series lives            backend      Keras on TensorFlow, without start-up noise
mnist        the verified digits, the split    networks     LeNet-5 and its relatives
images       pixels in, pixels out             training     seeds, schedule, fit with progress
evaluation   error rates with intervals        plots        every picture, with its alt text
lesson       parameters, checkpoints, results  exercises    the answers the exercises accept
rerun        run notebooks with papermill      refresh      re-execute the committed notebooks
measurements the recorded tables in data/measurements
"""
