"Files to frames, clips and shots; files for other programs"
