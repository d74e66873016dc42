# SPDX-License-Identifier: MIT
# fish completion for vestim(1), which says itself what may follow

function __vestim_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines ($words[1] complete -- $words[2..-1] 2>/dev/null)
    switch "$lines[1]"
        case file
            __fish_complete_path (commandline -ct)
        case folder
            __fish_complete_directories (commandline -ct)
        case program
            complete -C (commandline -ct)
            __fish_complete_path (commandline -ct)
        case words
            printf '%s\n' $lines[2..-1]
    end
end

complete -c vestim -f -a '(__vestim_complete)'
