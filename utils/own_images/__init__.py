"""Your own pictures: one digit or many from a photograph, and numbers from a folder with a table.

preparing    gray pixels to 32x32, step by step      lines       ruled and squared paper
reading      one file to gray pixels                 pieces      several digits in a picture
refusing     a digit, or a reason why there is none  folder      a folder and a table, checked
comparing    networks beside baselines               results     what the chapter writes

Taught in 12_your_own_images.
"""
