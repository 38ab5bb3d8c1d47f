#!/usr/bin/env perl
# Turns a command's page into a manual page: man.pl kctl-run <docs/commands/run.md >kctl-run.1
# Knows what those pages use: headings, paragraphs, bullets, tables, code blocks, `code`, **bold**, [links](to).
use strict;
use warnings;

my $name = shift @ARGV or die "use: man.pl NAME <PAGE.md\n";
my ($code, $described) = (0, 0);

# Text for roff: its special characters escaped, then bold and links.
sub inline {
  my ($text) = @_;
  $text =~ s/\\/\\e/g;
  $text =~ s/-/\\-/g;
  $text =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
  $text =~ s/\*\*([^*]*)\*\*/\\fB$1\\fR/g;
  $text =~ s/`([^`]*)`/\\fB$1\\fR/g;
  $text =~ s/^([.'])/\\&$1/;
  return $text;
}

# A table's row, its columns on one line.
sub row {
  my @cells = map { s/^\s+|\s+$//gr } split /(?<!\\)\|/, $_[0] =~ s/^\||\|\s*$//gr;
  return join '  ', map { s/\\\|/|/gr } @cells;
}

print '.TH "' . uc($name) . "\" 1 \"\" \"kctl\"\n";
while (my $line = <STDIN>) {
  chomp $line;
  if ($line =~ /^```/) {
    $code = !$code;
    print $code ? ".PP\n.nf\n" : ".fi\n";
  } elsif ($code) {
    print '    ', $line =~ s/\\/\\e/gr =~ s/-/\\-/gr, "\n";
  } elsif ($line =~ /^# /) {
    print ".SH NAME\n$name\n";
  } elsif ($line =~ /^##+ (.*)/) {
    print '.SH "', inline(uc $1), "\"\n";
  } elsif ($line =~ /^\|[\s:|-]+\|?\s*$/) {
    next;
  } elsif ($line =~ /^\|/) {
    print ".PP\n", inline(row($line)), "\n";
  } elsif ($line =~ /^\s*[-*] (.*)/) {
    print ".IP \\(bu 2\n", inline($1), "\n";
  } elsif ($line =~ /^\s*$/) {
    print ".PP\n";
  } else {
    print $described++ ? '' : ".SH DESCRIPTION\n", inline($line), "\n";
  }
}
