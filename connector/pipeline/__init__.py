"""The main job: pull → map → compute → push, as small resumable units in the order that run.py gives them."""
