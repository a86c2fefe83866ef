"""Words that people read, in their language, for the codes and values that the desk keeps."""
