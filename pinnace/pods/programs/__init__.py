"""Small programs that stand for those of well-known images (see `pinnace.pods.images`).

Each is a stand-alone script; `images` copies it into a folder that comes first on the PATH of the
containers whose image has it.
"""
