"""What runs the series from outside: reruns, sweeps, recorded tables, committed outputs, another home.

arguments   what a command line may say        notebooks   one notebook, executed by papermill
runs        the series, or a part, into `runs/latest`
sweep       a notebook over a grid             trial       one run of a sweep, in its own process
jobs        jobs on Dask, here or elsewhere    record      recorded tables, part by part
refresh     re-execute committed notebooks     rehome      give the repository another home
"""
