"""Write a folder of photographs (crops of those in scikit-image's wheel), one sub-folder a class, for the other examples."""

import argparse

from plaidml_compat.cli.photos import PHOTOGRAPHS, write_photographs

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("folder", help="where to write; made where it is missing")
parser.add_argument("--count", type=int, default=240, help="pictures in all (default 240)")
parser.add_argument("--size", type=int, nargs=2, default=(320, 240), metavar=("WIDTH", "HEIGHT"), help="in pixels (default 320 240)")
parser.add_argument("--quality", type=int, default=90, help="JPEG quality (default 90)")
parser.add_argument("--classes", type=int, default=len(PHOTOGRAPHS), choices=range(1, len(PHOTOGRAPHS) + 1), help="how many classes")
args = parser.parse_args()

print(f"{write_photographs(args.folder, args.count, tuple(args.size), args.quality, args.classes)} photographs in {args.folder}")
