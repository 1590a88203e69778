// Sends the one form of a page that only carries an answer on; its button does the same.
document.getElementById("answer").submit();
